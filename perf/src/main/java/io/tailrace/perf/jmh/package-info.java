/**
 * Benchmarks of the parts, one class for each. Every one goes on for ever: ids increase, event time advances, results
 * are released; and each says at its end whether its answers were those of the case that it names.
 * <p>
 * What JMH asks for: benchmarks and states are public and not final, since it derives from them.
 */
package io.tailrace.perf.jmh;
