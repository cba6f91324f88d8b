/**
 * A storm: devices that reconnect with a backlog, beside live ones and critical ones, against an engine process of its
 * own. Senders are processes too; each counts by itself what it has sent.
 */
package io.tailrace.perf.storm;
