package io.tailrace.engine.checkpoint;

import java.util.Comparator;
import java.util.List;

import io.tailrace.archive.checkpoint.CheckpointChain;
import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointMeta;

/**
 * Which chains of checkpoints are kept, and up to where that lets the recordings be purged.
 * <p>
 * Threading: the checkpoint agent's.
 */
final class KeptChains
{
    private final CheckpointDirectory directory;
    private final CheckpointAgent.Origin origin;
    private final CheckpointCounts counts;

    KeptChains(
        final CheckpointDirectory directory, final CheckpointAgent.Origin origin, final CheckpointCounts counts)
    {
        this.directory = directory;
        this.origin = origin;
        this.counts = counts;
    }

    /** Lets all but the newest so many chains go. */
    void retain(final int chains)
    {
        directory.retain(chains);
        bound();
    }

    /**
     * Lets the recordings go up to the oldest file that is kept, once there are two chains that recovery can use: until
     * then one fault would leave nothing to fall back on but the whole journal.
     */
    void bound()
    {
        final List<CheckpointMeta> metas = usable().stream().map(CheckpointChain::newest).toList();
        if (metas.stream().mapToLong(CheckpointMeta::chain).distinct().count() > 1)
        {
            metas.stream().min(Comparator.comparingLong(CheckpointMeta::number)).ifPresent(counts::onKept);
        }
    }

    /**
     * If room for the next full one was kept, and others have taken it, nothing would ever be purged again: so all but
     * the newest chain goes, once every byte of it has been read, and the recordings may go up to it.
     *
     * @throws RuntimeException if the newest one is damaged, or cannot be read; nothing has gone then.
     */
    void fallBackOnNewest()
    {
        final List<CheckpointChain> chains = usable();
        if (chains.isEmpty())
        {
            return;
        }
        final CheckpointChain newest = chains.get(0);
        final long number = newest.newest().chain();
        final CheckpointMeta oldest = chains.stream().map(CheckpointChain::newest)
            .filter(meta -> meta.chain() == number)
            .min(Comparator.comparingLong(CheckpointMeta::number)).orElseThrow();
        if (counts.keptJournalPosition() < oldest.journalPosition())
        {
            final String damage = newest.verify();
            if (!damage.isEmpty())
            {
                throw new IllegalStateException("the newest is damaged: " + damage);
            }
            directory.discard(meta -> meta.chain() != number);
            counts.onKept(oldest);
        }
    }

    /** Those that a recovery of this incarnation can restore, newest first. */
    private List<CheckpointChain> usable()
    {
        return directory.candidates().stream().filter(chain -> isUsable(chain.newest())).toList();
    }

    private boolean isUsable(final CheckpointMeta meta)
    {
        return meta.configDigest() == origin.configDigest() &&
            meta.engineVersion() == origin.engineVersion() &&
            meta.tzVersion().equals(origin.tzVersion());
    }
}
