package io.tailrace.engine.monitor;

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
 * operators and the producers; if a producer moved meanwhile, it is taken again, so that no reading is missed or
 * counted twice. Stops nobody.
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
    private final long[] received;
    private final long[] inFlight;
    private final long[] judged;

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
        received = new long[ingress.sourceCount()];
        inFlight = new long[ingress.sourceCount()];
        judged = new long[ingress.sourceCount() * OverloadCount.count()];
    }

    /** @return the ledgers. */
    public LedgerReport take()
    {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++)
        {
            if (tryTake())
            {
                break;
            }
            if (attempt < MAX_SPINS)
            {
                Thread.onSpinWait();
            }
            else
            {
                // A producer lost its processor between its count and its publication: it must get it back.
                LockSupport.parkNanos(PARK_NS);
            }
        }
        final LedgerReport report = new LedgerReport(
            config, copy.ledger(), received, inFlight, ingress, judged);
        report.addQuarantined(copy.quarantine(), Long::toUnsignedString);
        return report;
    }

    private boolean tryTake()
    {
        final long version = ingress.turn().version();
        view.copyTo(copy);
        long sum = 0;
        for (int source = 0; source < received.length; source++)
        {
            received[source] = ingress.received(source);
            inFlight[source] = 0;
            sum += received[source];
        }
        for (int i = 0; i < judged.length; i++)
        {
            judged[i] = ingress.refused(
                i / OverloadCount.count(), OverloadCount.of(i % OverloadCount.count()).code());
        }
        final long first = copy.processedSequence() + 1;
        final long cursor = ring.cursor();
        final long published = ring.published(first, cursor);
        long sumAfter = 0;
        for (int source = 0; source < received.length; source++)
        {
            sumAfter += ingress.received(source);
        }
        // Nobody counts what is shed now, or did while we looked.
        final boolean isWhole = (version & 1) == 0 && version == ingress.turn().version();
        for (long sequence = first; sequence <= published; sequence++)
        {
            final long slot = ring.address(sequence);
            if ((UnsafeApi.getShort(slot + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF) ==
                MessageLayout.READING_TEMPLATE_ID)
            {
                final int source = UnsafeApi.getShort(slot + MessageLayout.READING_SOURCE_OFFSET) & 0xFFFF;
                inFlight[Math.min(source, inFlight.length - 1)]++;
            }
        }
        // Nothing was taken or claimed while we looked, and no slot that we walked was written again.
        return isWhole && sum == sumAfter && published == cursor && ring.cursor() < first + ring.capacity();
    }
}
