/**
 * What the queues of the pipeline come to, and who waits for whom: depths, high-water marks, dwell times, time under
 * back pressure, and the bottleneck that follows from it.
 * <pre>
 *   stages, once per duty cycle --&gt; QueueMeter, BackPressure --&gt; monitor, ten times a second --&gt; Bottleneck
 * </pre>
 * Knows numbers and times, no ring, log or socket.
 */
package io.tailrace.engine.queue;
