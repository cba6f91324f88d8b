package io.tailrace.engine.monitor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.queue.WatchedQueue;
import io.tailrace.engine.sink.SinkStatus;
import io.tailrace.engine.stage.StageView;
import org.agrona.ErrorHandler;

/**
 * Serves what the engine shows of itself.
 * <pre>
 *   /metrics   Prometheus text
 *   /health    one JSON object: 200 while readings are taken, 503 after the engine has halted or while the disk is
 *              full; bottleneck, queues and each sink
 *   /ledger    CSV: scope,name,reason,count
 * </pre>
 * Threading: one thread of its own, {@code http}; one request at a time.
 */
final class MonitorHttp implements AutoCloseable
{
    private static final int BACKLOG = 16;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final String FAILED = "failed";
    private static final String DISK_FULL = "disk-full";
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final MonitoredEngine engine;
    private final QueueWatch queues;
    private final ErrorHandler errorHandler;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final HttpServer server;
    private final ExecutorService executor;

    /**
     * Binds and starts.
     *
     * @throws ConfigurationException if the address cannot be bound.
     */
    MonitorHttp(
        final InetSocketAddress address,
        final MonitoredEngine engine,
        final QueueWatch queues,
        final ErrorHandler errorHandler)
    {
        this.engine = engine;
        this.queues = queues;
        this.errorHandler = errorHandler;
        registry.register(new EngineMetrics(engine, queues));
        server = bind(address);
        executor = Executors.newSingleThreadExecutor(task ->
        {
            final Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/", this::onRequest);
        server.start();
    }

    /** @return where it listens, with the actual port. */
    InetSocketAddress address()
    {
        return server.getAddress();
    }

    @Override
    public void close()
    {
        server.stop(0);
        executor.shutdown();
    }

    private void onRequest(final HttpExchange exchange)
    {
        try (exchange)
        {
            answer(exchange);
        }
        catch (final RuntimeException ex)
        {
            errorHandler.onError(ex);
        }
        catch (final IOException ex)
        {
            // The client went away in the middle of the answer; there is nobody to tell.
            return;
        }
    }

    private void answer(final HttpExchange exchange) throws IOException
    {
        if (!"GET".equals(exchange.getRequestMethod()))
        {
            exchange.getResponseHeaders().set("Allow", "GET");
            respond(exchange, NOT_ALLOWED, TEXT, "expected GET\n".getBytes(StandardCharsets.US_ASCII));
            return;
        }
        switch (exchange.getRequestURI().getPath())
        {
            case "/metrics" -> respond(exchange, OK, PrometheusTextFormatWriter.CONTENT_TYPE, metrics());
            case "/ledger" -> respond(exchange, OK, "text/csv; charset=utf-8", ledger());
            case "/health" -> answerHealth(exchange);
            default -> respond(exchange, NOT_FOUND, TEXT,
                "expected /metrics, /health or /ledger\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void answerHealth(final HttpExchange exchange) throws IOException
    {
        final String status = status();
        final boolean isUnavailable = FAILED.equals(status) || DISK_FULL.equals(status);
        respond(exchange, isUnavailable ? UNAVAILABLE : OK, JSON, health(status));
    }

    private static void respond(final HttpExchange exchange, final int status, final String type, final byte[] body)
        throws IOException
    {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private byte[] metrics() throws IOException
    {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, registry.scrape());
        return out.toByteArray();
    }

    private byte[] ledger() throws IOException
    {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        LedgerText.writeCsv(engine.ledger(), out);
        return out.toByteArray();
    }

    private byte[] health(final String status)
    {
        final Throwable failure = engine.failure().get();
        final JsonLine json = new JsonLine()
            .add("status", status)
            .add("name", engine.config().name())
            .add("pid", ProcessHandle.current().pid());
        if (null != failure)
        {
            json.add("reason", null == failure.getMessage() ? failure.toString() : failure.getMessage());
        }
        json.add("journalPosition", engine.journalPosition().getAsLong())
            .add("resultsPosition", engine.resultsPosition().getAsLong())
            .add("ringDepth", engine.ringDepth())
            .add("disk", engine.disk().level().text())
            .add("checkpoint", engine.checkpoints().counts().lastNumber())
            .add("checkpointsGivenUp", engine.checkpoints().counts().givenUp())
            .add("checkpointAgeMs", milliseconds(engine.checkpoints().ageNs()))
            .add("predictedRecoveryMs", milliseconds(engine.checkpoints().predictedRecoveryNs()));
        addQueues(json);
        addSinks(json);
        return (json.end() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Milliseconds; what is negative, since there is none, stays. */
    private static long milliseconds(final long ns)
    {
        return ns < 0 ? ns : TimeUnit.NANOSECONDS.toMillis(ns);
    }

    /**
     * {@code ok} while readings are taken. A sink that does not run harms only those who read what it writes: it is
     * told, and the answer stays 200.
     */
    private String status()
    {
        if (null != engine.failure().get())
        {
            return FAILED;
        }
        if (engine.disk().isIngressStopped())
        {
            return DISK_FULL;
        }
        return engine.sinks().stream().allMatch(sink -> sink.state() == SinkStatus.State.RUNNING) ? "ok" : "degraded";
    }

    private void addQueues(final JsonLine json)
    {
        json.add("bottleneck", queues.bottleneck().text());
        for (final WatchedQueue queue : queues.queues())
        {
            final String prefix = "queue." + queue.name() + ".";
            json.add(prefix + "depth", queue.depth())
                .add(prefix + "capacity", queue.capacity())
                .add(prefix + "highWater", queue.highWater());
            if (queue.hasDwell())
            {
                json.add(prefix + "dwellUs", TimeUnit.NANOSECONDS.toMicros(queues.dwellNs(queue)));
            }
        }
    }

    private void addSinks(final JsonLine json)
    {
        if (engine.sinks().isEmpty())
        {
            return;
        }
        final StageView view = engine.copyOfView();
        engine.view().copyTo(view);
        for (final SinkStatus sink : engine.sinks())
        {
            final String prefix = "sink." + sink.name() + ".";
            json.add(prefix + "state", sink.state().text())
                .add(prefix + "epoch", Integer.toUnsignedLong(sink.epoch()))
                .add(prefix + "nextSequence", sink.nextSequence())
                .add(prefix + "lag", sink.lag(engine.epoch(), view.nextResultSequence()))
                .add(prefix + "retries", sink.retries())
                .add(prefix + "lastError", sink.lastError());
        }
    }

    private static HttpServer bind(final InetSocketAddress address)
    {
        try
        {
            return HttpServer.create(
                address.isUnresolved() ? new InetSocketAddress(address.getHostString(), address.getPort()) : address,
                BACKLOG);
        }
        catch (final IOException | RuntimeException ex)
        {
            throw new ConfigurationException("http=" + address.getHostString() + ":" + address.getPort() +
                " cannot be bound (" + ex.getMessage() + "), expected a free local address");
        }
    }
}
