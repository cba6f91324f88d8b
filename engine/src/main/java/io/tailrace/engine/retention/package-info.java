/**
 * What the data directory may keep: purges the oldest segments of recordings by age and by size, watches the disk
 * budget and the file system, and stops ingress before there is no room. Knows recordings, never what they mean
 * beyond the time of a message.
 * <pre>
 *   usage, free space --&gt; DiskBudget --&gt; level --&gt; IngressGate (held at FULL), alarms
 *                                         |
 *   ages, floors ------&gt; LogRetention &lt;---' (pressed from HIGH on) --&gt; purge of one segment
 * </pre>
 */
package io.tailrace.engine.retention;
