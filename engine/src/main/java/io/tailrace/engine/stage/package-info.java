/**
 * The stages between the rings and the recordings, each an agent that polls and never waits.
 * <pre>
 *   EventRing --JournalStage--&gt; journal
 *             --OperatorStage--&gt; OperatorCore --&gt; ResultsRing --EgressStage--&gt; results log
 * </pre>
 * {@link io.tailrace.engine.EngineTopology} puts them on threads.
 */
package io.tailrace.engine.stage;
