package io.tailrace.engine.advice;

/**
 * How far readings came behind others: of each, the greatest time seen before it less its own, 0 if it is the
 * greatest. Durations in ns; percentiles are never below the true ones and at most 0.1 % above.
 *
 * @param readings how many there are.
 * @param behind   how many of them came behind another.
 * @param p50Ns    at least half of the readings are no further behind.
 * @param p99Ns    99 % likewise.
 * @param p999Ns   99.9 % likewise.
 * @param maxNs    the furthest behind; exact.
 */
public record Disorder(long readings, long behind, long p50Ns, long p99Ns, long p999Ns, long maxNs)
{
}
