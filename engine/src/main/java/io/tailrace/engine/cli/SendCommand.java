package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.DataDirectory;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.send.AckedChannel;
import io.tailrace.engine.send.AckedSender;
import io.tailrace.engine.send.AeronAckedChannel;
import io.tailrace.engine.send.AeronSender;
import io.tailrace.engine.send.CsvPlayer;
import io.tailrace.engine.send.DatagramSender;
import io.tailrace.engine.send.Destination;
import io.tailrace.engine.send.Pacer;
import io.tailrace.engine.send.PlayOptions;
import io.tailrace.engine.send.SendException;
import io.tailrace.engine.send.SendReport;
import io.tailrace.engine.send.SendSchedule;
import io.tailrace.engine.send.UdpAckedChannel;
import io.tailrace.engine.send.UdpSender;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import static io.tailrace.engine.cli.ArgumentException.require;

/**
 * {@code send FILE.csv --to DESTINATION}: plays a CSV of readings to an engine.
 */
@Command(name = "send", description = "Plays a CSV of readings over UDP or Aeron.")
final class SendCommand implements Callable<Integer>
{
    // A datagram of UDP holds a header and so many readings.
    private static final int MAX_BATCH = UdpSender.MAX_DATAGRAM_LENGTH / 64 - 1;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE.csv",
        description = "Columns event_id,device_id,metric,event_time_ms,value and optionally ingest_time_ms,priority," +
        "source,device_epoch; may be packed (.gz).")
    private Path file;

    @Option(names = "--to", required = true, paramLabel = "DESTINATION",
        description = "udp:HOST:PORT or aeron:CHANNEL:STREAM, such as aeron:udp?endpoint=localhost:40123:1001.")
    private String to;

    @Option(names = "--config", paramLabel = "CONFIG",
        description = "Names of metrics and sources, unit of event_time; with aeron:ipc the engine's media driver.")
    private Path config;

    @Option(names = "--rate", paramLabel = "N/s",
        description = "Readings per second; the schedule is fixed from the start. Default: as fast as it takes.")
    private String rate;

    @Option(names = "--speed", paramLabel = "X", description = "Plays the event times X times as fast as they were.")
    private Double speed;

    @Option(names = "--end", description = "Sends EndOfInput after the last row: open windows fire.")
    private boolean end;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "20",
        description = "Readings in a datagram at most; default ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--skip", paramLabel = "N", defaultValue = "0", description = "Passes over the first N rows.")
    private long skip;

    @Option(names = "--limit", paramLabel = "N", description = "Takes N rows at most.")
    private Long limit;

    @Option(names = "--repeat", description = "Begins anew when the file ends, until --limit or an interrupt.")
    private boolean repeat;

    @Option(names = "--aeron-dir", paramLabel = "DIR",
        description = "Directory of a running media driver; default for aeron:udp: an own one.")
    private Path aeronDir;

    @Option(names = "--connect-timeout", paramLabel = "SECONDS", defaultValue = "10",
        description = "How long an Aeron subscriber is waited for; default ${DEFAULT-VALUE}.")
    private double connectTimeout;

    @Option(names = "--ack",
        description = "Sends each datagram until the engine says that it is durable, or was refused; needs a source " +
        "with ack: true.")
    private boolean ack;

    @Option(names = "--ack-timeout", paramLabel = "SECONDS", defaultValue = "60",
        description = "How long --ack waits while nothing is acknowledged; default ${DEFAULT-VALUE}.")
    private double ackTimeout;

    @Option(names = "--ack-from", paramLabel = "aeron:CHANNEL:STREAM",
        description = "The source's ack-channel and ack-stream; default with aeron: as --config has them.")
    private String ackFrom;

    @Override
    public Integer call() throws Exception
    {
        checkArguments();
        final Destination destination = destination();
        final SendSchedule schedule = schedule();
        final EngineConfig engine = null == config ? null : ConfigFile.read(config).config();
        final NameDictionary names = new NameDictionary(null == engine ? Map.of() : engine.metrics());
        final PlayOptions options = new PlayOptions(
            file,
            null == engine ? TimeUnits.AUTO : engine.eventTime().timeUnit(),
            null == engine ? List.of() : engine.sources().stream().map(SourceConfig::name).toList(),
            batch,
            skip,
            null == limit ? PlayOptions.NO_LIMIT : limit,
            repeat,
            end);

        final long session = new SecureRandom().nextLong();
        try (Interruption interruption = new Interruption();
            DatagramSender sender = open(destination, engine, session, interruption))
        {
            final CsvPlayer player = new CsvPlayer(
                options,
                names,
                schedule,
                sender,
                Pacer.start(),
                session,
                interruption::isRequested);
            if (Terminal.isError())
            {
                player.progress(this::printProgress);
            }
            return play(player, sender, destination);
        }
    }

    private int play(final CsvPlayer player, final DatagramSender sender, final Destination destination)
        throws Exception
    {
        final SendReport report = player.report();
        try
        {
            player.play();
        }
        catch (final SendException ex)
        {
            throw new SendException(ex.getMessage() + ", after " + report.sent() + " readings in " +
                report.datagrams() + " datagrams were sent");
        }
        if (report.rejectedRows() > 0)
        {
            ErrorLine.warn(
                spec.commandLine().getErr(),
                file + ": " + report.rejectedRows() + " rows rejected: " + report.reasons());
        }
        if (sender.refusals() > 0)
        {
            ErrorLine.warn(
                spec.commandLine().getErr(),
                destination + ": nobody listens, " + sender.refusals() + " datagrams were refused");
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.println(sender instanceof AckedSender acked ? report + " " + acked.report() : report);
        out.flush();
        return ExitCodes.DONE;
    }

    private DatagramSender open(
        final Destination destination,
        final EngineConfig engine,
        final long session,
        final Interruption interruption)
    {
        if (ack)
        {
            return new AckedSender(
                openAcked(destination, engine, interruption),
                session,
                (long)(ackTimeout * TimeUnit.SECONDS.toNanos(1)),
                interruption::isRequested);
        }
        if (!destination.isAeron())
        {
            return UdpSender.open(destination);
        }
        return AeronSender.open(
            destination,
            aeronDirectory(destination, engine),
            (long)(connectTimeout * TimeUnit.SECONDS.toNanos(1)),
            interruption::isRequested);
    }

    private AckedChannel openAcked(
        final Destination destination, final EngineConfig engine, final Interruption interruption)
    {
        if (!destination.isAeron())
        {
            return UdpAckedChannel.open(destination);
        }
        return AeronAckedChannel.open(
            destination,
            answers(destination, engine),
            aeronDirectory(destination, engine),
            (long)(connectTimeout * TimeUnit.SECONDS.toNanos(1)),
            interruption::isRequested);
    }

    /** Where acknowledgements come from: as the option says, or the source of the configuration that we send to. */
    private Destination answers(final Destination destination, final EngineConfig engine)
    {
        if (null != ackFrom)
        {
            return parse("--ack-from", ackFrom);
        }
        final List<SourceConfig> sources = null == engine ? List.of() : engine.sources();
        for (final SourceConfig source : sources)
        {
            if (source.ack() && source.aeronStream() == destination.stream() &&
                destination.channel().equals(source.aeronChannel()))
            {
                return new Destination(true, null, 0, source.ackChannel(), source.ackStream());
            }
        }
        throw new ArgumentException("--ack-from: found nothing, expected it, or --config with a source of " +
            "channel and stream " + destination + " that has ack: true");
    }

    /** Directory of the running driver to send through; null: an own one. */
    private String aeronDirectory(final Destination destination, final EngineConfig engine)
    {
        if (null != aeronDir)
        {
            return aeronDir.toString();
        }
        if (!destination.isIpc())
        {
            return null;
        }
        if (!DataDirectory.isLocked(engine.dataDir()))
        {
            throw new SendException("no engine runs on " + engine.dataDir());
        }
        return DataDirectory.recordedAeronDirectoryName(engine.dataDir());
    }

    private void checkArguments()
    {
        require(null == ackFrom || ack, "--ack-from: found no --ack, expected both");
        require(ackTimeout > 0 && ackTimeout <= TimeUnit.DAYS.toSeconds(1),
            "--ack-timeout: found " + ackTimeout + ", expected seconds, more than 0");
        require(Files.isRegularFile(file) && Files.isReadable(file),
            "FILE.csv: found " + file + ", expected a readable file");
        require(batch >= 1 && batch <= MAX_BATCH, "--batch: found " + batch + ", expected 1 to " + MAX_BATCH);
        require(skip >= 0, "--skip: found " + skip + ", expected 0 or more");
        require(null == limit || limit >= 0, "--limit: found " + limit + ", expected 0 or more");
        require(null == rate || null == speed, "--speed: found --rate as well, expected one of them");
        require(connectTimeout > 0 && connectTimeout <= TimeUnit.DAYS.toSeconds(1),
            "--connect-timeout: found " + connectTimeout + ", expected seconds, more than 0");
    }

    private Destination destination()
    {
        final Destination destination = parse("--to", to);
        require(!destination.isIpc() || null != aeronDir || null != config,
            "--to: found " + to + ", expected --aeron-dir or --config with it, which name the media driver");
        return destination;
    }

    private static Destination parse(final String option, final String text)
    {
        try
        {
            return Destination.parse(option, text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new ArgumentException(ex.getMessage());
        }
    }

    private SendSchedule schedule()
    {
        if (null != rate)
        {
            final String digits = rate.endsWith("/s") ? rate.substring(0, rate.length() - 2) : rate;
            final double perSecond = digits.matches("[0-9]{1,12}(\\.[0-9]{1,9})?") ? Double.parseDouble(digits) : 0;
            require(perSecond > 0, "--rate: found " + rate + ", expected a number per second such as 1000/s");
            return SendSchedule.atRate(perSecond);
        }
        if (null != speed)
        {
            require(speed > 0 && speed <= Double.MAX_VALUE, "--speed: found " + speed + ", expected more than 0");
            return SendSchedule.atSpeed(speed);
        }
        return SendSchedule.AS_FAST_AS_IT_TAKES;
    }

    private void printProgress(final SendReport report)
    {
        final PrintWriter err = spec.commandLine().getErr();
        err.print("\r" + report + " ");
        err.flush();
    }
}
