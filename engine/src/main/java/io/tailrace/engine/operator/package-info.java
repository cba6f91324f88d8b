/**
 * The operator core: one message of the journal after another through judgement, windows, alerts and watermark, on one
 * thread.
 * <pre>
 *   message --&gt; Admission --&gt; Deduplication
 *           --&gt; WindowOperator ... --&gt; AlertOperator ... --&gt; WatermarkTracker
 *                                  fire --&gt; WindowOperator ... --&gt; ResultPublisher
 * </pre>
 * Runs without ring, driver and disk. Reads no clock: results are a function of the journal.
 */
package io.tailrace.engine.operator;
