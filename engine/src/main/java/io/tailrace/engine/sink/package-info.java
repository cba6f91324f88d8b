/**
 * Copies of the results kept elsewhere: readers of the results log that write files or rows, each result exactly once.
 * <pre>
 *   results log --&gt; ResultsLog --&gt; SinkTask --&gt; FileSink --&gt; NAME-EPOCH-FIRST-LAST.csv
 *                  (replay)      (a thread)  \-&gt; JdbcSink --&gt; rows and progress in one transaction
 * </pre>
 * What a sink has written says where it goes on; the engine keeps nothing about it and does not fail
 * with one; retention alone waits for it, while there is room. It knows nothing of rings, stages and operators.
 */
package io.tailrace.engine.sink;
