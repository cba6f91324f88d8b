package io.tailrace.perf.storm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.engine.send.AckedChannel;
import io.tailrace.engine.send.AckedSender;
import io.tailrace.engine.send.AeronAckedChannel;
import io.tailrace.engine.send.Destination;
import io.tailrace.engine.send.SendException;
import io.tailrace.engine.send.UdpAckedChannel;
import org.agrona.CloseHelper;

/**
 * A sending process: {@code SenderMain SETTINGS DIR}. It does what its standard input says, and ends when that ends.
 * <pre>
 *   rig                            sender
 *                    &lt;----------   ready NOW                its clock, ns
 *   release COUNT    ----------&gt;                            so many more readings, as fast as they are acknowledged
 *   schedule NS RATE ----------&gt;                            an open loop from a time of that clock on
 *                    &lt;----------   progress DUE SENT WAITING   twice a second; datagrams that are not settled
 *                    &lt;----------   settled COUNT            readings, all that are due
 *   phase NAME       ----------&gt;                            what becomes due from now on belongs to it
 *   hold             ----------&gt;                            what is due is not sent any more
 *                    &lt;----------   held DUE SENT HELD
 *   end              ----------&gt;                            no more become due; all that are get settled
 *                    &lt;----------   done                     its report is in DIR
 * </pre>
 * Exit codes: 0 after {@code done}, 1 if the engine did not acknowledge or is gone; then too the report is in DIR.
 */
public final class SenderMain
{
    static final String READY = "ready ";
    static final String PROGRESS = "progress ";
    static final String SETTLED = "settled ";
    static final String DONE = "done";
    static final String RELEASE = "release ";
    static final String SCHEDULE = "schedule ";
    static final String PHASE = "phase ";
    static final String HOLD = "hold";
    static final String HELD = "held ";
    static final String END = "end";

    private static final long ACK_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PROGRESS_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long BUSY_PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final SenderSettings settings;
    private final Path dir;
    private final FleetSender sender;
    private final Queue<String> commands = new ConcurrentLinkedQueue<>();
    private boolean isEnding;
    private long toldNs;
    private long toldSettled;

    private SenderMain(final SenderSettings settings, final Path dir)
    {
        this.settings = settings;
        this.dir = dir;
        sender = open();
    }

    /**
     * Sends and exits.
     *
     * @param args file of settings, and where the report goes.
     * @throws IOException if a file cannot be read or written.
     */
    public static void main(final String[] args) throws IOException
    {
        final SenderMain main = new SenderMain(SenderSettings.read(Path.of(args[0])), Path.of(args[1]));
        main.listen();
        System.exit(main.run() ? 0 : 1);
    }

    private boolean run() throws IOException
    {
        try (sender)
        {
            tell(READY + System.nanoTime());
            try
            {
                send();
            }
            catch (final SendException ex)
            {
                System.err.println("FAIL: " + ex.getMessage());
                sender.report().save(dir, settings.name());
                return false;
            }
            final SenderReport report = sender.report();
            if (settings.endsInput())
            {
                sender.endInput();
            }
            report.save(dir, settings.name());
            tell(DONE);
            return true;
        }
    }

    private void send()
    {
        while (!isEnding || !sender.isSettled())
        {
            for (String command = commands.poll(); null != command; command = commands.poll())
            {
                onCommand(command);
            }
            final int work = sender.doWork();
            tellProgress();
            if (work == 0)
            {
                idle();
            }
        }
    }

    /** A window that is full must be looked at soon; what is not due yet can be waited for. */
    private void idle()
    {
        final long untilDueNs = sender.nextDueNs() - System.nanoTime();
        LockSupport.parkNanos(sender.sent() < sender.due() || isEnding ? BUSY_PARK_NS :
            Math.max(1, Math.min(MAX_PARK_NS, untilDueNs)));
    }

    private void onCommand(final String command)
    {
        if (command.startsWith(RELEASE))
        {
            sender.release(Long.parseLong(command.substring(RELEASE.length())));
        }
        else if (command.startsWith(SCHEDULE))
        {
            final String[] words = command.substring(SCHEDULE.length()).split(" ");
            sender.schedule(Long.parseLong(words[0]), Long.parseLong(words[1]));
        }
        else if (command.startsWith(PHASE))
        {
            sender.begin(Phase.valueOf(command.substring(PHASE.length())));
        }
        else if (command.equals(HOLD))
        {
            final SenderReport report = sender.hold();
            tell(HELD + report.due() + " " + report.readings() + " " + report.held());
        }
        else if (command.equals(END))
        {
            sender.end();
            isEnding = true;
        }
        else
        {
            throw new IllegalArgumentException("told " + command);
        }
    }

    private void tellProgress()
    {
        final long nowNs = System.nanoTime();
        final boolean isTelling = nowNs - toldNs >= PROGRESS_NS;
        if (isTelling)
        {
            toldNs = nowNs;
            tell(PROGRESS + sender.due() + " " + sender.sent() + " " + sender.waiting());
        }
        if (sender.nextDueNs() == Long.MAX_VALUE && sender.due() > toldSettled && sender.isSettled())
        {
            toldSettled = sender.due();
            tell(SETTLED + toldSettled);
        }
    }

    private FleetSender open()
    {
        final SecureRandom random = new SecureRandom();
        final List<Gateway> gateways = new ArrayList<>();
        final Indexes shared = Indexes.shared();
        try
        {
            for (int i = 0; i < settings.fleet().sessions(); i++)
            {
                final long session = random.nextLong();
                gateways.add(new Gateway(
                    settings.fleet(),
                    settings.isShared() ? shared : Indexes.ofSession(settings.fleet(), i),
                    settings.perDatagram(),
                    session,
                    new AckedSender(channel(), session, ACK_TIMEOUT_NS, () -> false)));
            }
        }
        catch (final RuntimeException ex)
        {
            CloseHelper.quietCloseAll(gateways);
            throw ex;
        }
        return new FleetSender(gateways, System::nanoTime);
    }

    private AckedChannel channel()
    {
        final Destination to = Destination.parse("to", settings.to());
        return to.isAeron() ?
            AeronAckedChannel.open(to, Destination.parse("answers", settings.answers()), settings.aeronDir(),
                CONNECT_TIMEOUT_NS, () -> false) :
            UdpAckedChannel.open(to);
    }

    private void listen()
    {
        final Thread thread = new Thread(() ->
        {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)))
            {
                in.lines().forEach(commands::add);
            }
            catch (final IOException ignore)
            {
                // Whoever wrote there is gone.
            }
            Runtime.getRuntime().halt(1);
        }, "commands");
        thread.setDaemon(true);
        thread.start();
    }

    private static void tell(final String line)
    {
        System.out.println(line);
        System.out.flush();
    }
}
