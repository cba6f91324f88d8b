package io.tailrace.engine.monitor;

/**
 * One count of the ledgers, as {@code ledger.csv} has it.
 *
 * @param scope  {@code source}, {@code operator} or {@code engine}.
 * @param name   of the source or operator; empty for the engine.
 * @param reason what is counted, such as {@code accepted} or {@code rejected:future}.
 * @param count  how many.
 */
public record LedgerRow(String scope, String name, String reason, long count)
{
}
