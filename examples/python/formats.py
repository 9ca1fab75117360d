"""Numbers of fewer bits: how much faster is a model whose weights take less memory?

Tested by tests/python/test_library_examples.py. Options: question.py.
"""

from question import ask

import weebill

RECIPES = [
    weebill.Recipe(weights="f32"),
    weebill.Recipe(weights="f16"),
    weebill.Recipe(weights="int8"),
    weebill.Recipe(weights="mixed"),
    weebill.Recipe(weights="int4"),
]

if __name__ == "__main__":
    ask(__file__, __doc__, ["mobilellm-125m"], label="recipe", recipes=RECIPES)
