/**
 * The operators once more, as plainly as they can be written: the second implementation of {@code docs/SEMANTICS.md}.
 * <p>
 * It exists to disagree with the engine. It therefore knows no engine class, shares no arithmetic with one, keeps every
 * value that a pane holds and computes each result anew from them. It must stay slow, short and obvious.
 * <pre>
 *   WorkloadGenerator --> ReferenceWorkload --> ReferenceModel --> ReferenceResult, ledger
 *                         (config + inputs)      judge, sources, devices, operators
 * </pre>
 */
package io.tailrace.engine.reference;
