/**
 * A run of the whole engine that proves itself: a simulated plant sends readings over real UDP, the results are read
 * back from the results log and compared, row by row, with what the simulator's own bookkeeping expects.
 * <pre>
 *   Plant --DatagramPlayer--&gt; UDP --&gt; Engine --&gt; results log --&gt; TruthComparison
 *   Plant --PlantTruth-----------------------------------------------&gt;
 * </pre>
 * {@code Plant} and {@code PlantTruth} must not know how the engine judges, cuts or keeps anything: they use no
 * class of its operators, windows, time, admission or state.
 */
package io.tailrace.engine.demo;
