/**
 * Event-time windows: which windows an event belongs to, the panes of each key, firing, lateness, forgetting.
 * <pre>
 *   event --&gt; WindowOperator --KeyTable--&gt; key block
 *     tumbling, calendar  FixedWindowOperator    WindowPolicy -&gt; number --PaneRing--&gt; pane (128 bytes, off-heap)
 *     sliding             SlidingWindowOperator  SlidingGrid -&gt; slice   --PaneRing--&gt; pane of the slice
 *     session             SessionWindowOperator  its neighbours       --SessionPanes--&gt; pane
 *   W, tick  --&gt; fire --TimerQueue, for sessions DeadlineQueue--&gt; panes due --&gt; ResultPublisher
 *   W(d), silence --&gt; collect, fireCollected: the panes of one device, through its list of keys
 * </pre>
 * No clock, no random source, no hash order: what comes out is a function of what went in.
 */
package io.tailrace.engine.window;
