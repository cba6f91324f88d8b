/**
 * Seeing inside: the ledgers, counters, latency, health. Reads what the stages show of themselves and never stops them.
 */
package io.tailrace.engine.monitor;
