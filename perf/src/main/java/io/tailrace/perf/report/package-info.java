/**
 * What a run leaves behind: verdict, histograms, spread, CPU time by thread, and the manifest that says where it was
 * measured.
 */
package io.tailrace.perf.report;
