package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tailrace.engine.checkpoint.RecoveryForecast;

/**
 * How fast a data directory's journal is replayed: as the last recovery that was long enough has left it in the
 * lifecycle log, or the default.
 *
 * @param messagesPerSecond that are replayed.
 * @param isMeasured        whether a recovery has shown it.
 */
record ReplayRate(long messagesPerSecond, boolean isMeasured)
{
    private static final Pattern RECOVERED =
        Pattern.compile("\"event\":\"recovered\".*\"replayedMessages\":(\\d{1,18}),.*\"replayMs\":(\\d{1,15})[,}]");
    private static final long MILLIS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);

    /**
     * Looks for the last recovery.
     *
     * @param dataDir need not exist.
     */
    static ReplayRate of(final Path dataDir)
    {
        ReplayRate rate = new ReplayRate(RecoveryForecast.DEFAULT_MESSAGES_PER_SECOND, false);
        for (final String name : List.of(LifecycleLog.PREVIOUS_FILE_NAME, LifecycleLog.FILE_NAME))
        {
            final Path file = dataDir.resolve(name);
            if (!Files.isReadable(file))
            {
                continue;
            }
            try
            {
                for (final String line : Files.readAllLines(file))
                {
                    final Matcher matcher = RECOVERED.matcher(line);
                    if (matcher.find())
                    {
                        rate = of(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), rate);
                    }
                }
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException("cannot read " + file, ex);
            }
        }
        return rate;
    }

    private static ReplayRate of(final long messages, final long replayMs, final ReplayRate before)
    {
        final boolean isLongEnough = messages >= RecoveryForecast.MIN_MESSAGES &&
            TimeUnit.MILLISECONDS.toNanos(replayMs) >= RecoveryForecast.MIN_REPLAY_NS;
        return isLongEnough ? new ReplayRate(messages * MILLIS_PER_SECOND / replayMs, true) : before;
    }
}
