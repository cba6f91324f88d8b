package io.tailrace.perf.certify;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How far the sinks of an engine are behind, as its {@code /health} has it. */
final class SinkLag
{
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(90);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Pattern LAG = Pattern.compile("[lL]ag\":(\\d+)");

    private SinkLag()
    {
    }

    /**
     * Waits until no sink is behind: one that stops in order writes what is durable, but what it has not in time would
     * come with the next start.
     */
    static void awaitNone(final EngineUnderTest engine) throws IOException, InterruptedException
    {
        final HttpClient client = HttpClient.newHttpClient();
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + engine.http() + "/health")).build();
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        String health = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        while (isLagging(health))
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new CertifyException("a sink does not catch up: " + health);
            }
            LockSupport.parkNanos(LOOK_NS);
            health = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static boolean isLagging(final String health)
    {
        final Matcher matcher = LAG.matcher(health);
        boolean isLagging = false;
        while (matcher.find())
        {
            isLagging |= Long.parseLong(matcher.group(1)) > 0;
        }
        return isLagging;
    }
}
