package io.tailrace.engine.window;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PanePoolTest
{
    @Test
    void shouldGiveEachPaneToOneAtATimeAndRefuseBeyondItsBound()
    {
        final Random random = new Random(5);
        try (PanePool pool = new PanePool("test", 50, 4))
        {
            final List<Integer> taken = new ArrayList<>();
            final Set<Long> addresses = new HashSet<>();
            for (int i = 0; i < 5000; i++)
            {
                if (random.nextInt(5) < 3)
                {
                    final int number = pool.take();
                    assertEquals(taken.size() == 50, number == PanePool.NONE);
                    if (number != PanePool.NONE)
                    {
                        assertTrue(addresses.add(pool.addressOf(number)), "given twice");
                        Pane.open(pool.addressOf(number), number, i, i + 1);
                        taken.add(number);
                    }
                }
                else if (!taken.isEmpty())
                {
                    final int number = taken.remove(random.nextInt(taken.size()));
                    assertEquals(number, Pane.index(pool.addressOf(number)));
                    assertTrue(addresses.remove(pool.addressOf(number)));
                    pool.giveBack(number);
                }
                assertEquals(taken.size(), pool.size());
            }
        }
    }
}
