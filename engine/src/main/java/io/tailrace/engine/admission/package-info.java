/**
 * The order of judgement: unit, range, value and time bounds of one reading, and the reason if it does not pass.
 */
package io.tailrace.engine.admission;
