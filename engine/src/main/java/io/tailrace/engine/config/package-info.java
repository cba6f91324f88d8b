/**
 * What an engine is told: immutable records, and the YAML that spells them.
 * <pre>
 *   YAML file --> ConfigFile --+                  +--> EffectiveConfig (prints YAML again)
 *                    |         |                  +--> MemoryEstimate
 *   ConfigSchema ----+         +--> EngineConfig -+--> Advisor
 *   (table of keys)            |                  +--> digest
 *   builders in Java ----------+                  +--> engine
 * </pre>
 * Knows nothing of the engine that runs by it.
 */
package io.tailrace.engine.config;
