/**
 * Durability: owns the data directory, runs the embedded media driver and Aeron Archive in it.
 * <p>
 * Knows no event fields. An arrow between the sub-packages reads "is used by":
 * <pre>
 *   recording  --&gt;  archive  --&gt;  journal
 *   files, no       driver and     append and
 *   Aeron running   archive        follow
 *       |
 *       +------&gt;  checkpoint
 *                  files of state, no Aeron running
 * </pre>
 * {@code archive/docs/recordings.md} and {@code archive/docs/checkpoints.md} are the source of truth for every file.
 */
package io.tailrace.archive;
