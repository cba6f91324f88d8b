/**
 * What is sent and when it is meant to be sent: seeded functions of an event's index, fixed before a run begins. Reads
 * no clock and knows no engine.
 */
package io.tailrace.perf.workload;
