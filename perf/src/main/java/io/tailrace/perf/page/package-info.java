/**
 * Run directories as one HTML page that needs nothing else: tables, plots drawn as SVG, and no script.
 */
package io.tailrace.perf.page;
