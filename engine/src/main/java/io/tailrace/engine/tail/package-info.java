/**
 * Prints results from the results log.
 * <pre>
 *   segment files (stopped) or replay by the engine's archive (running) --&gt; ResultLogTail --&gt; csv or json
 * </pre>
 */
package io.tailrace.engine.tail;
