/**
 * Proof: the rigs that drive the engine with a workload and measure it, and the systems it is compared with.
 * <pre>
 *   throughput   closed loop --&gt; engine --&gt; results log --&gt; reader   | raw recording | plain loop
 *   latency      schedule    --&gt; engine --&gt; results log --&gt; reader   | idle thread
 * </pre>
 * Every run checks its answer: one that lost an event, or missed its rate, is no measurement.
 */
package io.tailrace.perf;
