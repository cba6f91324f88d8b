package io.tailrace.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointReader;
import io.tailrace.archive.checkpoint.CheckpointWriter;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.operator.StateSection;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.UnsafeApi;

/**
 * Writes full checkpoints that say something else than they did, and whose checksums and digests are right for that:
 * what an engine would leave whose state went wrong.
 */
public final class CheckpointForger
{
    private static final double WRONG_BY = 0.25;

    private CheckpointForger()
    {
    }

    /**
     * Changes one number of the first block of an operator.
     *
     * @param file     of a full checkpoint, replaced.
     * @param config   that it was taken under.
     * @param operator name.
     * @param offset   in the block, of a double.
     * @param scratch  directory for the file in the making.
     */
    public static void forge(
        final Path file, final EngineConfig config, final String operator, final int offset, final Path scratch)
        throws IOException
    {
        final int section;
        final int sectionCount;
        try (OperatorCore core = new OperatorCore(config, new ResultsRing(config.limits().resultSlots())))
        {
            final List<StateSection> sections = core.sections();
            sectionCount = sections.size();
            section = sections.indexOf(sections.stream()
                .filter(each -> null != each.blocks() && each.name().equals(operator)).findFirst().orElseThrow());
        }
        final StateDigest digest = new StateDigest(sectionCount);
        boolean isForged = false;
        try (CheckpointReader reader = CheckpointReader.open(file);
            CheckpointWriter writer = CheckpointDirectory.open(scratch).begin(reader.meta()))
        {
            while (reader.next())
            {
                final long payload = reader.payloadAddress();
                for (int at = 0; at < reader.payloadLength(); at += StateRecord.length(payload + at))
                {
                    final long record = payload + at;
                    if (!isForged && StateRecord.section(record) == section &&
                        StateRecord.kind(record) == StateRecord.BLOCK)
                    {
                        final long number = record + StateRecord.BLOCK_HEADER_LENGTH + offset;
                        UnsafeApi.putDouble(number, UnsafeApi.getDouble(number) + WRONG_BY);
                        isForged = true;
                    }
                    digest.onRecord(record);
                }
                writer.append(payload, reader.payloadLength());
            }
            final CheckpointFooter footer = CheckpointFooter.decode(reader.footer());
            final long[] digests = new long[sectionCount];
            for (int i = 0; i < sectionCount; i++)
            {
                digests[i] = digest.get(i);
            }
            final var forged = new CheckpointFooter(footer.resultsEnd(), digests, footer.history()).encode();
            writer.complete(forged, 0, forged.capacity());
        }
        if (!isForged)
        {
            throw new IllegalStateException(file + " has no block of " + operator);
        }
        Files.move(
            CheckpointDirectory.dirOf(scratch).resolve(file.getFileName()), file, StandardCopyOption.REPLACE_EXISTING);
    }
}
