/**
 * Checkpoints as files: atomic write, list, choice, verified read and retention. Payloads are opaque bytes; what they
 * mean, and when a checkpoint may be taken, is known elsewhere.
 * <pre>
 *   begin         append, complete              entries, candidates
 *   directory --&gt; writer --&gt; N.checkpoint.tmp     directory --&gt; chain --&gt; reader
 *                                 |                             ^
 *                        force, rename, force                   |
 *                                 v                             |
 *                            N.checkpoint ----------------------+
 *
 *   chain 1: 1 full &lt;- 2 &lt;- 3     chain 2: 4 full &lt;- 5 &lt;- 6     ("&lt;-": needs, and names by its checksum)
 * </pre>
 * {@code archive/docs/checkpoints.md} is the source of truth for every byte.
 */
package io.tailrace.archive.checkpoint;
