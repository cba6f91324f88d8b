package io.tailrace.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResidentMemoryTest
{
    private static final long MIB = 1 << 20;

    @Test
    void shouldTakeThatOfAProcess() throws IOException
    {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")));
        final ResidentMemory own = ResidentMemory.of(ProcessHandle.current().pid());
        assertTrue(own.anonymous() > MIB && own.file() > 0, own::toString);
        assertThrows(IOException.class, () -> ResidentMemory.of(Long.MAX_VALUE));
    }

    @Test
    void shouldCompareTheEndWithTheSecondQuarter()
    {
        final List<ResidentMemory> samples = new ArrayList<>();
        for (final long mib : new long[]{1, 1, 100, 102, 500, 500, 120, 122, 121})
        {
            samples.add(new ResidentMemory(mib * MIB, 0, 1_000 * mib * MIB));
        }
        final Comparison growth = ResidentMemory.growth("growth", samples, Bar.atMost(1.1));
        assertEquals(121.5 / 101, growth.ratio(), 1e-9);
        assertFalse(growth.isHit());
        assertTrue(ResidentMemory.isEnough(samples));
        assertFalse(ResidentMemory.isEnough(samples.subList(0, 3)));
        assertEquals("1 (1-100), shared 1000 (1000-100000)", ResidentMemory.text(samples.subList(0, 3)));
    }
}
