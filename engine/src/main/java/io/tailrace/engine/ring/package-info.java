/**
 * The two off-heap rings: events on their way to the operators, results on their way out.
 * <pre>
 *   producers --&gt; EventRing (64-byte slots) --&gt; stages --&gt; ResultsRing (128-byte slots) --&gt; egress
 * </pre>
 * Knows sequences and bytes, no field of any message.
 */
package io.tailrace.engine.ring;
