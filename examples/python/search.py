"""An architecture search: Optuna looks for shapes that are large and quick on a phone.

    pip install optuna
    python examples/python/search.py

Tested by tests/python/test_library_examples.py.
"""

import optuna

import weebill

PHONE = weebill.Machine("aarch64-dotprod", cores=4, thread_bytes_per_second=8e9, all_bytes_per_second=20e9)


def objective(trial: optuna.Trial) -> tuple[float, float]:
    """Give parameters and milliseconds a token."""
    heads, layers = trial.suggest_int("heads", 6, 16), trial.suggest_int("layers", 6, 40)
    times = trial.suggest_categorical("times", [1, 2])
    shape = weebill.Architecture(
        model=64 * heads,
        layers=layers,
        heads=heads,
        hidden=64 * heads * 8 // 3 // 64 * 64,
        vocabulary=32000,
        schedule=weebill.immediate(times),
    )
    return shape.parameters, 1000 / weebill.predict(shape, PHONE).decode_tokens_per_second


if __name__ == "__main__":
    study = optuna.create_study(directions=["maximize", "minimize"], sampler=optuna.samplers.NSGAIISampler(seed=1))
    study.optimize(objective, n_trials=100)
    for trial in sorted(study.best_trials, key=lambda trial: trial.values[0]):
        print(f"{trial.values[0] / 1e6:6.1f} M  {trial.values[1]:5.2f} ms  {trial.params}")
