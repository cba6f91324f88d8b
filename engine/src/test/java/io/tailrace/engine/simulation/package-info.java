/**
 * The protocol of journal, gate, results log, checkpoints and recovery, simulated: the engine's own stages on one
 * thread, driven by a seeded scheduler over logs in memory that pass the contract of the real ones.
 */
package io.tailrace.engine.simulation;
