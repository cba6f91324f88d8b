/**
 * Off-heap state: blocks of constant size in Chronicle Map, found by a primitive index, touched through cached
 * addresses.
 * <pre>
 *   key (16 bytes) --BlockIndex--&gt; address --&gt; block in a Chronicle Map entry
 *   dense number   --addresses---&gt; address          (timers, deadlines, lists)
 *   device id      --DeviceTable-&gt; block: W(d), silence, quarantine, keys in each operator by device
 * </pre>
 * Chronicle Map is working memory, not the truth: it is rebuilt from the journal. Knows no window and no event.
 */
package io.tailrace.engine.state;
