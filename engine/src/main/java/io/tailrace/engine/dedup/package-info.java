/**
 * Which readings came before: by the increasing ids of each device, or by any id for a time. See {@code
 * engine/docs/SEMANTICS.md}, section 9.
 * <pre>
 *   reading --&gt; Deduplication --by: sequence--&gt; SequenceDedup --&gt; circular bitmap in the block of the device
 *                             --by: id--------&gt; IdSet --IdIndex--&gt; reference --IdLog--&gt; entry of 24 bytes
 * </pre>
 * State is off-heap. Time comes in as engine time: reads no clock. Knows no window and no result.
 */
package io.tailrace.engine.dedup;
