/**
 * Event-time windows: which window an event belongs to, the panes of each key, firing, lateness.
 * <pre>
 *   event --&gt; WindowOperator --policy--&gt; [start, end) --PaneStore--&gt; pane (128 bytes, off-heap)
 *   W, tick --&gt; WindowOperator.fire --TimerQueue--&gt; panes due --&gt; ResultPublisher
 * </pre>
 * No clock, no random source, no hash order: what comes out is a function of what went in.
 */
package io.tailrace.engine.window;
