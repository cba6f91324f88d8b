/**
 * The same operators over a file: deterministic, no network, no clock.
 * <pre>
 *   CSV --&gt; BatchRun --&gt; OperatorCore --&gt; ResultsRing --&gt; BatchOutput --&gt; NAME.csv, late.csv ...
 * </pre>
 */
package io.tailrace.engine.batch;
