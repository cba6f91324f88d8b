package io.tailrace.engine.reference;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names what happens in one run of the model: outcomes of its ledger, kinds of its windows, and what can be seen only
 * from one message to the next.
 */
final class WorkloadFeatures
{
    private final ReferenceWorkload workload;
    private final ReferenceModel model;
    private final List<Long> devices;
    private final Set<String> found = new HashSet<>();
    private final DedupFeatures dedup;
    private final Set<String> silentPanes = new HashSet<>();
    private final Set<Integer> firingOperators = new HashSet<>();
    private final Set<Long> forgottenDevices = new HashSet<>();

    private WorkloadFeatures(final ReferenceWorkload workload)
    {
        this.workload = workload;
        model = new ReferenceModel(workload.config());
        dedup = new DedupFeatures(workload.config().dedup().by(), found);
        devices = workload.inputs().stream()
            .filter((input) -> input instanceof ReferenceInput.Reading)
            .map((input) -> ((ReferenceInput.Reading)input).reading().deviceId())
            .distinct()
            .toList();
    }

    static Set<String> of(final ReferenceWorkload workload)
    {
        final WorkloadFeatures features = new WorkloadFeatures(workload);
        workload.inputs().forEach(features::apply);
        features.addTotals();
        return features.found;
    }

    private void apply(final ReferenceInput input)
    {
        final int before = model.results().size();
        final long watermarkBefore = model.watermarkNs();
        final Set<Long> quarantinedBefore = Set.copyOf(model.quarantinedDevices());
        final Map<Long, Long> deviceTimes = new HashMap<>();
        devices.forEach((device) -> deviceTimes.put(device, model.deviceWatermarkNs(device)));

        input.applyTo(model);
        if (input instanceof ReferenceInput.Tick && model.watermarkNs() > watermarkBefore)
        {
            found.add("idle-release");
        }
        final List<ReferenceResult> results = model.results().subList(before, model.results().size());
        results.forEach((result) -> addResult(input, result));
        addRetractions(results);
        addQuarantine(input, quarantinedBefore, results);
        addForgetting(deviceTimes);
        if (input instanceof ReferenceInput.Reading reading)
        {
            final long device = reading.reading().deviceId();
            dedup.onReading(reading.reading(), results, quarantinedBefore.contains(device),
                forgottenDevices.contains(device));
        }
    }

    private void addResult(final ReferenceInput input, final ReferenceResult result)
    {
        if (result.operatorIndex() == ReferenceResult.BEFORE_OPERATORS)
        {
            return;
        }
        if (result.kind() == ReferenceResult.Kind.ALERT)
        {
            addAlert(result);
            return;
        }
        final ReferenceWindow window = workload.config().windows().get(result.operatorIndex());
        final String byDevice = window.watermark() == ReferenceWindow.Watermark.DEVICE ? "device-" : "";
        if (result.kind() == ReferenceResult.Kind.LATE)
        {
            found.add(byDevice + "late");
            return;
        }

        firingOperators.add(result.operatorIndex());
        final String pane = result.operatorIndex() + "/" + result.deviceId() + "/" + result.metric() + "/" +
            result.windowStartNs() + "/" + result.windowEndNs();
        final long watermarkNs = byDevice.isEmpty() ?
            model.watermarkNs() : model.deviceWatermarkNs(result.deviceId());
        if (input instanceof ReferenceInput.Tick && result.windowEndNs() > watermarkNs)
        {
            found.add(byDevice + "silence");
            silentPanes.add(pane);
        }
        else if (silentPanes.contains(pane) && result.timing() == ReferenceResult.Timing.LATE)
        {
            found.add(byDevice + "refired-after-silence");
        }
        if (input instanceof ReferenceInput.EndOfInput)
        {
            found.add(byDevice + "end-of-input");
        }
        if (!byDevice.isEmpty() && result.windowEndNs() <= model.watermarkNs() && input instanceof
            ReferenceInput.Reading reading && reading.reading().deviceId() == result.deviceId())
        {
            found.add("device-fires-behind-the-others");
        }
        found.add(byDevice + switch (result.timing())
        {
            case ON_TIME -> "on-time";
            case LATE -> "fired-late";
            case RETRACTED -> "retracted";
        });
        addValues(result);
    }

    private void addAlert(final ReferenceResult result)
    {
        final List<ReferenceAlert> alerts = workload.config().alerts();
        final ReferenceAlert alert = alerts.get(result.operatorIndex() - workload.config().windows().size());
        final String change = result.change().isRaised() ? "alert-raised" : "alert-cleared";
        found.add(change);
        found.add(change + (alert.isAbove() ? "-above" : "-below"));
        found.add(change + (alert.clear() == null ? "-without-clear" : "-with-clear"));
        if (alert.forNs() > 0)
        {
            found.add(change + "-for");
        }
    }

    private void addAlertTotals()
    {
        final int windows = workload.config().windows().size();
        for (int i = 0; i < workload.config().alerts().size(); i++)
        {
            final String name = "operator." + (windows + i) + ".";
            for (final String outcome : ReferenceOperator.OUTCOMES)
            {
                if (model.ledger().get(name + outcome) > 0)
                {
                    found.add("alert-" + outcome);
                }
            }
        }
        if (model.alertKeysForgotten() > 0)
        {
            found.add("alert-keys-forgotten");
        }
    }

    private boolean isOfAlert(final String name)
    {
        final int windows = workload.config().windows().size();
        return name.startsWith("operator.") && Integer.parseInt(name.split("\\.")[1]) >= windows;
    }

    private void addValues(final ReferenceResult result)
    {
        if (result.revision() >= 2)
        {
            found.add("revision-2");
        }
        if (Double.isInfinite(result.aggregate().sum()))
        {
            found.add("infinite-sum");
        }
        else if (Double.isInfinite(result.aggregate().m2()))
        {
            found.add("infinite-m2");
        }
    }

    private void addRetractions(final List<ReferenceResult> results)
    {
        for (int i = 0; i < results.size(); i++)
        {
            if (results.get(i).timing() != ReferenceResult.Timing.RETRACTED)
            {
                continue;
            }
            final int operator = results.get(i).operatorIndex();
            final boolean hasNext = i + 1 < results.size() && results.get(i + 1).operatorIndex() == operator &&
                results.get(i + 1).kind() == ReferenceResult.Kind.WINDOW;
            found.add(!hasNext ? "retracted-alone" : switch (results.get(i + 1).timing())
            {
                case ON_TIME -> "retracted-then-on-time";
                case LATE -> "retracted-then-late";
                case RETRACTED -> "retracted-two";
            });
        }
    }

    private void addQuarantine(
        final ReferenceInput input, final Set<Long> before, final List<ReferenceResult> results)
    {
        if (!(input instanceof ReferenceInput.Reading reading))
        {
            return;
        }
        final long device = reading.reading().deviceId();
        final boolean isRejected = results.stream()
            .anyMatch((result) -> result.operatorIndex() == ReferenceResult.BEFORE_OPERATORS);
        if (before.contains(device))
        {
            found.add(isRejected ? "rejected-in-quarantine" : "accepted-in-quarantine");
            if (!model.quarantinedDevices().contains(device))
            {
                found.add("quarantine-left");
            }
        }
        if (model.quarantineEntries().getOrDefault(device, 0L) > 1)
        {
            found.add("quarantine-entered-again");
        }
    }

    private void addForgetting(final Map<Long, Long> deviceTimes)
    {
        deviceTimes.forEach((device, before) ->
        {
            final long after = model.deviceWatermarkNs(device);
            if (before != ReferenceModel.NO_WATERMARK && after == ReferenceModel.NO_WATERMARK)
            {
                forgottenDevices.add(device);
            }
            if (after != ReferenceModel.NO_WATERMARK && forgottenDevices.remove(device))
            {
                found.add("device-back");
            }
        });
    }

    private void addTotals()
    {
        addAlertTotals();
        if (firingOperators.size() > 1)
        {
            found.add("firings-of-two-operators");
        }
        if (model.keysForgotten() > 0)
        {
            found.add("keys-forgotten");
        }
        if (model.keysForgottenWithDevice() > 0)
        {
            found.add("keys-forgotten-with-device");
        }
        if (model.devicesForgotten() > 0)
        {
            found.add("devices-forgotten");
        }
        model.ledger().forEach((name, count) ->
        {
            if (isOfAlert(name))
            {
                return;
            }
            final String outcome = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1);
            if (count > 0 && name.startsWith("quarantine."))
            {
                found.add("quarantine-" + outcome);
            }
            else if (count > 0 && !outcome.equals("late"))
            {
                found.add(outcome);
            }
        });
        final List<ReferenceWindow> windows = workload.config().windows();
        for (int index = 0; index < windows.size(); index++)
        {
            final ReferenceWindow window = windows.get(index);
            final String byDevice = window.watermark() == ReferenceWindow.Watermark.DEVICE ? "device-" : "";
            found.add(byDevice + window.type().name());
            if (model.ledger().get("operator." + index + ".exhausted:panes-exhausted") > 0)
            {
                found.add(byDevice + "panes-exhausted-" + window.type().name());
            }
        }
        if (windows.stream().map(ReferenceWindow::watermark).distinct().count() > 1)
        {
            found.add("both-kinds-of-time");
        }
    }
}
