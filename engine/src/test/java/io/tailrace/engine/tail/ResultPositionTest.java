package io.tailrace.engine.tail;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.engine.Engine;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.inspect.SyntheticRecordings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Three epochs of a thousand results each, of 160 bytes with their frame: eight terms in two segments.
 */
class ResultPositionTest
{
    private static final int EPOCHS = 3;
    private static final int RESULTS = 1000;

    @TempDir
    Path dir;

    @Test
    void shouldFindEveryResultLessThanATermAway()
    {
        final List<Long> positions = new ArrayList<>();
        try (SyntheticRecordings logs = new SyntheticRecordings(dir))
        {
            for (int epoch = 0; epoch < EPOCHS; epoch++)
            {
                final long cause = logs.started(epoch + 1, epoch);
                for (int sequence = 0; sequence < RESULTS; sequence++)
                {
                    positions.add(logs.result(epoch, sequence, cause, epoch + 1));
                }
            }
        }
        final DataDirectoryView view = DataDirectoryView.of(dir);
        final RecordedRange results = view.recording(Engine.RESULTS);
        final int termLength = results.descriptor().termLength();
        assertTrue(results.endPosition() > 7L * termLength);
        assertEquals(2, results.segments());

        for (int i = 0; i < positions.size(); i++)
        {
            final long found = ResultPosition.find(results, i / RESULTS, i % RESULTS);
            final long distance = positions.get(i) - found;
            assertTrue(distance > 0 && distance < termLength, "result " + i + " at " + found);
        }
        // What is not there yet is looked for at the end, what never was at the beginning.
        assertEquals(results.endPosition() & -termLength, ResultPosition.find(results, 9, 0));
        assertEquals(2, ResultPosition.newestEpoch(view));
    }

    @Test
    void shouldFindTheNewestEpochThatHasNoResultsYet()
    {
        try (SyntheticRecordings logs = new SyntheticRecordings(dir))
        {
            logs.started(1, 0);
            logs.result(0, 0, logs.reading(5), 5);
            logs.reading(6);
            logs.started(2, 1);
            logs.reading(7);
        }

        assertEquals(1, ResultPosition.newestEpoch(DataDirectoryView.of(dir)));
    }

    @Test
    void shouldBeginAtTheStartOfAnEmptyLog()
    {
        try (SyntheticRecordings logs = new SyntheticRecordings(dir))
        {
            logs.started(1, 0);
        }
        final DataDirectoryView view = DataDirectoryView.of(dir);

        assertEquals(0, ResultPosition.find(view.recording(Engine.RESULTS), 0, 5));
        assertEquals(0, ResultPosition.newestEpoch(view));
    }
}
