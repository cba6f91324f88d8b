package io.tailrace.perf;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/** Load from a publisher of the engine, a thread of its process. Event time goes on with what was taken. */
final class EmbeddedOverload implements OverloadLoad
{
    private final ReferenceWorkload workload;
    private final EngineRun run;
    private final RunErrors errors;
    private OverloadPublisher publisher;
    private AgentRunner runner;
    private long offered;
    private long admitted;

    EmbeddedOverload(final ReferenceWorkload workload, final EngineRun run, final RunErrors errors)
    {
        this.workload = workload;
        this.run = run;
        this.errors = errors;
    }

    @Override
    public void begin(final long startNs, final long rate, final int seconds)
    {
        publisher = new OverloadPublisher(
            new ArrivalSchedule(startNs, rate, rate * seconds), workload, offered, run, System::nanoTime);
        // Who finds the ring full gets out of the engine's way.
        runner = new AgentRunner(new BackoffIdleStrategy(10, 5, 1_000, 100_000), errors, null, publisher);
        AgentRunner.startOnThread(runner);
    }

    @Override
    public Offered end(final String name, final Report report)
    {
        runner.close();
        offered += publisher.offered();
        admitted += publisher.admitted();
        report.overTime("offered, " + name, PublishedCounts.INTERVAL_NS, publisher.counts().perInterval());
        return new Offered(publisher.due(), publisher.offered(), publisher.refusals());
    }

    @Override
    public void finish(final Report report)
    {
        final Verdict verdict = report.verdict();
        verdict.require(
            run.finish(() -> FlushEvent.offer(workload, offered, ReferenceJob.WINDOW_NS, run), admitted),
            "not every event has come back in a result");
        run.check(verdict, admitted);
    }

    @Override
    public void close()
    {
        CloseHelper.close(runner);
    }
}
