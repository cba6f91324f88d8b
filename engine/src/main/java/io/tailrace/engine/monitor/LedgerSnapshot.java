package io.tailrace.engine.monitor;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.overload.OverloadCount;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.stage.StageView;
import org.agrona.UnsafeApi;

/**
 * Takes both ledgers of a running engine at one moment. What is in flight is measured by walking the slots between the
 * operators and the producers; if something came in meanwhile, it is taken again, so that no reading is missed or
 * counted twice. What was shed meanwhile does not matter. Stops nobody, and so gives up after a tenth of a second of
 * tries: what it has then {@linkplain LedgerReport#isSettled says so}.
 * <p>
 * Threading: any thread; one object per call or thread.
 */
public final class LedgerSnapshot
{
    private static final int MAX_ATTEMPTS = 1000;
    private static final int MAX_SPINS = 100;
    private static final long PARK_NS = 100_000;

    private final EngineConfig config;
    private final EventRing ring;
    private final StageView view;
    private final IngressLedger ingress;
    private final StageView copy;
    private final Counts counts;
    private final Counts later;
    private final long[] inFlight;

    /**
     * @param config  names.
     * @param ring    what is in flight.
     * @param view    what was judged.
     * @param ingress what was received.
     */
    public LedgerSnapshot(
        final EngineConfig config, final EventRing ring, final StageView view, final IngressLedger ingress)
    {
        this.config = config;
        this.ring = ring;
        this.view = view;
        this.ingress = ingress;
        copy = new StageView(ingress.sourceCount(), config.operatorNames().size());
        counts = new Counts(ingress);
        later = new Counts(ingress);
        inFlight = new long[ingress.sourceCount()];
    }

    /** @return the ledgers. */
    public LedgerReport take()
    {
        boolean isSettled = tryTake();
        for (int attempt = 1; attempt < MAX_ATTEMPTS && !isSettled; attempt++)
        {
            if (attempt < MAX_SPINS)
            {
                Thread.onSpinWait();
            }
            else
            {
                // A producer lost its processor between its count and its publication: it must get it back.
                LockSupport.parkNanos(PARK_NS);
            }
            isSettled = tryTake();
        }
        final LedgerReport report = new LedgerReport(
            config, copy.ledger(), counts.received, inFlight, ingress, counts.judged, isSettled);
        report.addQuarantined(copy.quarantine(), Long::toUnsignedString);
        return report;
    }

    private boolean tryTake()
    {
        view.copyTo(copy);
        final boolean isWhole = counts.read();
        final long first = copy.processedSequence() + 1;
        final long cursor = ring.cursor();
        final long published = ring.published(first, cursor);
        // Nothing that has come in since was claimed before: what we walk has been counted.
        final boolean isStill = published == cursor && later.read() && later.goneOn() == counts.goneOn();
        countInFlight(first, published);
        // No slot that we walked was written again.
        return isWhole && isStill && ring.cursor() < first + ring.capacity();
    }

    private void countInFlight(final long first, final long last)
    {
        Arrays.fill(inFlight, 0);
        for (long sequence = first; sequence <= last; sequence++)
        {
            final long slot = ring.address(sequence);
            if ((UnsafeApi.getShort(slot + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF) ==
                MessageLayout.READING_TEMPLATE_ID)
            {
                final int source = UnsafeApi.getShort(slot + MessageLayout.READING_SOURCE_OFFSET) & 0xFFFF;
                inFlight[Math.min(source, inFlight.length - 1)]++;
            }
        }
    }

    /** What ingress has counted, read in one piece. */
    private static final class Counts
    {
        private final IngressLedger ingress;
        private final long[] received;
        private final long[] judged;

        private Counts(final IngressLedger ingress)
        {
            this.ingress = ingress;
            received = new long[ingress.sourceCount()];
            judged = new long[ingress.sourceCount() * OverloadCount.count()];
        }

        /** @return whether no frame was judged meanwhile: of one that was, shed readings may not be received yet. */
        private boolean read()
        {
            final long version = ingress.judgedVersion();
            for (int source = 0; source < received.length; source++)
            {
                received[source] = ingress.received(source);
            }
            for (int i = 0; i < judged.length; i++)
            {
                judged[i] = ingress.refused(i / OverloadCount.count(), count(i).code());
            }
            return (version & 1) == 0 && version == ingress.judgedVersion();
        }

        /** @return readings that went on to the ring: it stands still while all that comes is shed. */
        private long goneOn()
        {
            long sum = 0;
            for (final long readings : received)
            {
                sum += readings;
            }
            for (int i = 0; i < judged.length; i++)
            {
                sum -= count(i).isShed() ? judged[i] : 0;
            }
            return sum;
        }

        private static OverloadCount count(final int index)
        {
            return OverloadCount.of(index % OverloadCount.count());
        }
    }
}
