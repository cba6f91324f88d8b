package io.tailrace.engine.checkpoint;

/**
 * Where a checkpoint stands.
 *
 * @param isFull             whether it holds all state, or what has changed since the one before.
 * @param journalPosition    end of the last frame that the state includes.
 * @param nextResultSequence of the first result that it does not include.
 * @param publishedResults   how many results had been handed to egress, of this incarnation.
 * @param resultsPosition    in the results log: results that the state does not include come after it.
 * @param stateLength        bytes of all state, as a full checkpoint would hold it.
 */
record Barrier(
    boolean isFull,
    long journalPosition,
    long nextResultSequence,
    long publishedResults,
    long resultsPosition,
    long stateLength)
{
}
