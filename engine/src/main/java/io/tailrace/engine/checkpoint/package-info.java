/**
 * Checkpoints: all state of the operators at one position of the journal, taken while they go on.
 * <pre>
 *   operators' thread                      checkpoint thread                      files
 *   OperatorCore --sections--&gt; StateCapture --StateChunk--&gt; CheckpointAgent --&gt; CheckpointWriter
 *                                  ^        &lt;--recycled--        |
 *                                  `-------- request ------------'
 *   launch: CheckpointChain --&gt; StateRestore --&gt; OperatorCore, then the journal from there on
 * </pre>
 * At a barrier, which is the end of a frame of the journal with nothing left to fire, the capture begins; blocks are
 * copied a slice at a time, or when they are about to change. A checkpoint is complete when the journal is durable to
 * its position and the results log to its result sequence. See {@code engine/docs/CHECKPOINTS.md}.
 */
package io.tailrace.engine.checkpoint;
