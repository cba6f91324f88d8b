package io.tailrace.perf.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which threads stacks belong to, and what they have innermost: greatest first.
 *
 * @param total of all stacks, in their unit.
 * @param roles all of them.
 */
public record Hotspots(long total, List<Role> roles)
{
    /** How many sites a role has at most. */
    public static final int TOP = 12;

    private static final String OWN = "io.tailrace.";

    /**
     * A role of threads.
     *
     * @param name  of the threads.
     * @param total of its stacks.
     * @param sites its greatest, at most {@link #TOP}.
     */
    public record Role(String name, long total, List<Site> sites)
    {
    }

    /**
     * What is innermost in stacks.
     *
     * @param what  the frame; of allocations, the class.
     * @param where the frame of this project that it was called from, where it is none itself; of allocations, the
     *              frame that allocated and, behind {@code <}, such a frame. Empty: none.
     * @param total of these stacks.
     */
    public record Site(String what, String where, long total)
    {
    }

    private record Key(String what, String where)
    {
    }

    /** @return what threads do, from samples of time. */
    public static Hotspots ofTime(final Stacks stacks)
    {
        return of(stacks, frames ->
        {
            final String what = frames.get(frames.size() - 1);
            return new Key(what, what.startsWith(OWN) ? "" : innermostOwn(frames));
        });
    }

    /** @return what threads allocate, from samples of allocation. */
    public static Hotspots ofAllocations(final Stacks stacks)
    {
        return of(stacks, frames ->
        {
            final List<String> callers = frames.subList(0, frames.size() - 1);
            final String caller = callers.isEmpty() ? "" : callers.get(callers.size() - 1);
            final String own = caller.startsWith(OWN) ? "" : innermostOwn(callers);
            return new Key(frames.get(frames.size() - 1), caller + (own.isEmpty() ? "" : " < " + own));
        });
    }

    private static Hotspots of(final Stacks stacks, final Function<List<String>, Key> keyOf)
    {
        final Map<String, Map<Key, Long>> byRole = new HashMap<>();
        stacks.forEach((frames, value) ->
        {
            final List<String> plain = frames.subList(1, frames.size()).stream().map(Stacks::plain).toList();
            byRole.computeIfAbsent(frames.get(0), role -> new HashMap<>()).merge(
                plain.isEmpty() ? new Key("(no frames)", "") : keyOf.apply(plain), value, Long::sum);
        });
        final List<Role> roles = new ArrayList<>();
        byRole.forEach((name, sums) -> roles.add(role(name, sums)));
        roles.sort(Comparator.comparingLong(Role::total).reversed().thenComparing(Role::name));
        return new Hotspots(stacks.total(), List.copyOf(roles));
    }

    private static Role role(final String name, final Map<Key, Long> sums)
    {
        final List<Site> sites = sums.entrySet().stream()
            .map(entry -> new Site(entry.getKey().what(), entry.getKey().where(), entry.getValue()))
            .sorted(Comparator.comparingLong(Site::total).reversed()
                .thenComparing(Site::what).thenComparing(Site::where))
            .limit(TOP)
            .toList();
        return new Role(name, sums.values().stream().mapToLong(Long::longValue).sum(), sites);
    }

    private static String innermostOwn(final List<String> frames)
    {
        for (int i = frames.size() - 1; i >= 0; i--)
        {
            if (frames.get(i).startsWith(OWN))
            {
                return frames.get(i);
            }
        }
        return "";
    }
}
