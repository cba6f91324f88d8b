/**
 * Event time: the watermark of each source and of all together, idle sources, silence of all and of each device; and
 * the deadlines by which devices are looked at for silence, and keys and devices for forgetting.
 * <pre>
 *   WatermarkTracker                          W, T, silence of all sources
 *   DeviceSilence --DeadlineQueue--&gt; device   whose silence makes windows due
 *   TimeToLive    --DeadlineQueue--&gt; number   of a key or device that has not been used for long
 * </pre>
 * Reads no clock: every time here came in through the journal.
 */
package io.tailrace.engine.time;
