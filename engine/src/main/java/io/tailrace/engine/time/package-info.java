/**
 * Event time: the watermark of each source and of all together, idle sources, silence.
 * <p>
 * Reads no clock: every time here came in through the journal.
 */
package io.tailrace.engine.time;
