package io.tailrace.engine.state;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

class BlockIndexTest
{
    private record Key(long high, long low)
    {
    }

    private record Block(long address, int number)
    {
    }

    /** Few keys and small tables make runs that wrap round the end, into which removals tear holes. */
    @Property(tries = 100)
    void shouldHoldWhatAHashMapHolds(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final int distinct = 1 + random.nextInt(400);
        final int removals = 1 + random.nextInt(9);
        final Map<Key, Block> naive = new HashMap<>();
        try (BlockIndex index = new BlockIndex(random.nextInt(8)))
        {
            for (int i = 0; i < 2000; i++)
            {
                final Key key = new Key(random.nextInt(distinct), random.nextInt(2) - 1);
                final long entry = index.find(key.high(), key.low());
                assertEquals(naive.containsKey(key), entry != 0);
                if (entry == 0)
                {
                    final Block block = new Block(random.nextLong() | 1, random.nextInt(Integer.MAX_VALUE));
                    index.put(key.high(), key.low(), block.address(), block.number());
                    naive.put(key, block);
                }
                else if (random.nextInt(10) < removals)
                {
                    index.remove(entry);
                    naive.remove(key);
                }
                assertEquals(naive.size(), index.size());
                if (i % 20 == 0)
                {
                    assertSame(naive, index);
                }
            }
            assertSame(naive, index);
            for (final Key key : List.copyOf(naive.keySet()))
            {
                index.remove(index.find(key.high(), key.low()));
                naive.remove(key);
                assertSame(naive, index);
            }
            assertEquals(0, index.size());
        }
    }

    @Example
    void shouldTellApartKeysThatDifferInOneHalf()
    {
        try (BlockIndex index = new BlockIndex(4))
        {
            index.put(1, 2, 64, 0);
            assertEquals(0, index.find(2, 1));
            assertEquals(0, index.find(1, 3));
            assertEquals(0, index.find(2, 2));
            assertNotEquals(0, index.find(1, 2));
            assertEquals(0, index.find(0, 0));
            index.put(0, 0, 128, 1);
            assertEquals(128, BlockIndex.blockAddress(index.find(0, 0)));
        }
    }

    @Example
    void shouldKeepEntriesInsideACacheLine()
    {
        try (BlockIndex index = new BlockIndex(1000))
        {
            for (int i = 0; i < 5000; i++)
            {
                index.put(i, 0, i + 1, i);
                assertEquals(0, index.find(i, 0) % BlockIndex.ENTRY_LENGTH);
            }
        }
    }

    private static void assertSame(final Map<Key, Block> naive, final BlockIndex index)
    {
        naive.forEach((key, block) ->
        {
            final long entry = index.find(key.high(), key.low());
            assertNotEquals(0, entry, key::toString);
            assertEquals(block.address(), BlockIndex.blockAddress(entry));
            assertEquals(block.number(), BlockIndex.blockNumber(entry));
        });
    }
}
