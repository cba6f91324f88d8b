package io.tailrace.perf.profile;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class HotspotsTest
{
    @Test
    void shouldOrderRolesAndWhatIsInnermostInThem()
    {
        final Hotspots hotspots = Hotspots.ofTime(new Stacks()
            .add(List.of("publisher", "io/tailrace/P.run_[j]", "getLong_[k]"), 3)
            .add(List.of("journal", "io/tailrace/A.run_[j]", "io/tailrace/B.apply_[j]"), 2)
            .add(List.of("journal", "io/tailrace/C.run_[j]", "io/tailrace/B.apply_[i]"), 3)
            .add(List.of("journal", "io/tailrace/A.run_[j]", "java/lang/Math.max_[i]"), 1));
        assertEquals(9, hotspots.total());
        assertEquals(
            List.of(
                new Hotspots.Role("journal", 6, List.of(
                    new Hotspots.Site("io.tailrace.B.apply", "", 5),
                    new Hotspots.Site("java.lang.Math.max", "io.tailrace.A.run", 1))),
                new Hotspots.Role("publisher", 3, List.of(new Hotspots.Site("getLong", "io.tailrace.P.run", 3)))),
            hotspots.roles());
    }

    @Test
    void shouldSayWhoAllocatesWhat()
    {
        final Hotspots hotspots = Hotspots.ofAllocations(new Stacks()
            .add(List.of("journal", "io/tailrace/A.run_[j]", "java/util/Arrays.copyOf_[i]", "long[]_[i]"), 1024)
            .add(List.of("journal", "io/tailrace/A.run_[j]", "java/util/Iterator_[k]"), 16)
            .add(List.of("main", "java/lang/String.concat_[0]", "byte[]_[i]"), 8));
        assertEquals(
            List.of(
                new Hotspots.Role("journal", 1040, List.of(
                    new Hotspots.Site("long[]", "java.util.Arrays.copyOf < io.tailrace.A.run", 1024),
                    new Hotspots.Site("java.util.Iterator", "io.tailrace.A.run", 16))),
                new Hotspots.Role("main", 8, List.of(new Hotspots.Site("byte[]", "java.lang.String.concat", 8)))),
            hotspots.roles());
    }

    @Test
    void shouldCountWhatItDoesNotList()
    {
        final Stacks stacks = new Stacks().add(List.of("journal"), 100);
        for (int i = 0; i < Hotspots.TOP + 5; i++)
        {
            stacks.add(List.of("journal", "io/tailrace/A.m" + i), 1);
        }
        final Hotspots.Role role = Hotspots.ofTime(stacks).roles().get(0);
        assertEquals(105 + Hotspots.TOP, role.total());
        assertEquals(Hotspots.TOP, role.sites().size());
        assertEquals(new Hotspots.Site("(no frames)", "", 100), role.sites().get(0));
    }

    @Test
    void shouldHaveNoRolesWithoutSamples()
    {
        assertEquals(new Hotspots(0, List.of()), Hotspots.ofTime(new Stacks()));
    }
}
