"""The words of the screens: a sentence each, and a link to where one sees it.

Where a word is a field of an experiment or of a view, its key is the field's name, and where it is a verdict, the
verdict. The sentence is what the control's help says, and Help lists them all. It is Markdown, without anything that
Markdown would change.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A word and its sentence. screen: the name of the page's file on which it is seen; query: with which setting."""

    term: str
    sentence: str
    query: Mapping[str, str]
    screen: str = "compare"


_UNDIVIDED = "SGD as in TensorFlow Playground takes the penalty as it is, not divided by the batch size."

SUBJECTS: dict[str, dict[str, Word]] = {
    "Data": {
        "dataset": Word(
            "Data set",
            "Rows of two numbers, each with its class, or for regression with the number to be met.",
            {"dataset": "moons"},
        ),
        "axes": Word(
            "Axes",
            "Which two numbers of each row of a table are used: two columns, or the first two principal components.",
            {"dataset": "iris", "axes": "0,2"},
        ),
        "noise": Word(
            "Noise",
            "How strongly chance blurs the data, in percent. On circle, XOR, checkerboard and generated surfaces it "
            "changes labels and moves no point; elsewhere it moves the points.",
            {"noise": "30"},
        ),
        "rows": Word(
            "Rows",
            "How many points there are; of a table, at most as many as it has.",
            {"rows": "100"},
        ),
        "train_share": Word(
            "Training rows",
            "The share of the rows that is trained with. The rest are test rows, which training never sees.",
            {"train_share": "10"},
        ),
        "test_points": Word(
            "Test points",
            "Draws the test rows on the boundary, beside those that were trained with.",
            {"test_points": "true"},
        ),
        "features": Word(
            "Features",
            "What the network is fed with, computed from the two numbers of a row.",
            {"features": "x1sq,x2sq", "hidden": ""},
        ),
        "standardize": Word(
            "Standardise",
            "Subtract from each feature its mean over the training rows, and divide by its standard deviation there.",
            {"dataset": "iris", "standardize": "true"},
        ),
        "seed": Word(
            "Seed",
            "Decides initial weights and the order of rows; the data, too, where these have no seed of their own.",
            {"seed": "2"},
        ),
        "data_seed": Word(
            "Data seed",
            "A number that decides points, noise and split. Empty: the seed decides them.",
            {"data_seed": "7"},
        ),
        "playground_seed": Word(
            "TensorFlow Playground’s seed",
            "A text from which data, split and uniform initial weights are drawn as TensorFlow Playground draws them. "
            "With a data seed beside it the seed draws the weights. Without it, the seeds decide all.",
            {"playground_seed": "0.5"},
        ),
    },
    "Network": {
        "unit": Word(
            "Unit",
            "A neuron: the weighted sum z of what comes in, plus a bias, passed through the activation.",
            {"hidden": "3"},
        ),
        "weight": Word(
            "Weight and bias",
            "The numbers that training changes: z = a W + b, for the values a that come into a layer.",
            {"epochs": "100"},
        ),
        "hidden": Word(
            "Hidden layers",
            "The layers between the features and the output, with the number of units in each.",
            {"hidden": "8,8"},
        ),
        "activation": Word(
            "Activation",
            "The function φ that makes a unit’s value out of its sum z. If all of them are linear, the layers together "
            "are one affine map.",
            {"activations": "identity,logistic,tanh,relu"},
            "activations",
        ),
        "identity": Word(
            "Linear activation",
            "The identity φ(x) = x: a unit’s value is its sum z. Layers of such units multiply out to one.",
            {"activation": "identity", "hidden": "8,1,8"},
            "linear_depth",
        ),
        "logistic": Word(
            "Sigmoid",
            "The logistic: an S from 0 to 1. Other S-shaped curves, such as tanh, are called sigmoids as well.",
            {"activations": "logistic"},
            "activations",
        ),
        "tanh": Word(
            "Hyperbolic tangent",
            "An S from −1 to 1 through 0. It is the logistic s, stretched and shifted: tanh x = 2 s(2x) − 1.",
            {"activations": "tanh"},
            "activations",
        ),
        "slope": Word(
            "Slope",
            "φ′(z): how fast a unit’s value changes with its sum z. The gradient is multiplied by it on its way back.",
            {"activations": "logistic,tanh", "x": "2"},
            "activations",
        ),
        "initializer": Word(
            "Initial weights",
            "How the weights are drawn before training.",
            {"initializer": "uniform"},
        ),
        "glorot": Word(
            "Glorot’s weights",
            "Drawn with variance 2 / (inputs + outputs of the layer): between what keeps the size of values and what "
            "keeps that of gradients, in a layer that is linear near 0.",
            {"activation": "tanh", "initializer": "glorot_normal"},
            "gradient_flow",
        ),
        "he": Word(
            "He’s weights",
            "Drawn with variance 2 / inputs of the layer: made for ReLU, which is 0 for half of its sums on average.",
            {"activation": "relu", "initializer": "he_normal"},
            "gradient_flow",
        ),
    },
    "Training": {
        "engine": Word(
            "Engine",
            "What trains: the NumPy code of this dashboard, or scikit-learn.",
            {"b.engine": "sklearn"},
        ),
        "loss": Word(
            "Loss",
            "How wrong the outputs are, as a mean over the rows. Training makes it smaller; what is shown is without "
            "penalty.",
            {"loss": "squared"},
        ),
        "optimizer": Word(
            "Optimizer",
            "The rule for a step of the weights: against their gradient, as it is, averaged or scaled.",
            {"optimizer": "adam", "learning_rate": "0.01"},
        ),
        "learning_rate": Word(
            "Learning rate",
            "The factor of each step, which goes against the gradient.",
            {"learning_rate": "0.3"},
        ),
        "momentum": Word(
            "Momentum",
            "The share of the last step that is kept in the next one.",
            {"optimizer": "momentum", "momentum": "0.9", "learning_rate": "0.003"},
        ),
        "batch_size": Word(
            "Batch",
            "The training rows over which the gradient of one step is averaged.",
            {"batch_size": "50"},
        ),
        "edits": Word(
            "Weights set by hand",
            "Weights and biases that get a value of yours before the next epoch; training goes on from there.",
            {"epochs": "100", "2.edits": "1:0:2:3,1:b:0:-3", "2.epochs": "0"},
        ),
        "edit": Word(
            "Edit",
            "Opens a row under the pictures in which weights are set by hand, B branches off A, and A trains on. A "
            "weight set by hand asks what if: the frame shows what comes of it, and nothing is trained with it yet.",
            {"epochs": "100", "edit": "true"},
        ),
        "carry": Word(
            "Keep the optimizer’s state",
            "After a change the optimizer goes on with its momentum or averages; otherwise it starts afresh. "
            "scikit-learn always does that.",
            {"optimizer": "momentum", "epochs": "50", "2.learning_rate": "0.003", "2.carry": "true"},
        ),
        "epochs": Word(
            "Epoch",
            "One pass over all training rows, batch after batch.",
            {"epochs": "500"},
        ),
        "penalty": Word(
            "Penalty",
            "An amount added to the loss that grows with the weights, so that training keeps them small.",
            {"dataset": "gauss", "noise": "50", "l2": "0.3"},
        ),
        "l1": Word(
            "L1 penalty",
            f"Added to the loss: L1 · Σ|w| / batch size. {_UNDIVIDED}",
            {"l1": "0.01"},
        ),
        "l2": Word(
            "L2 penalty",
            "Added to the loss: L2 / 2 · Σw² / batch size, as scikit-learn’s alpha (AdamW shrinks the weights "
            f"instead). {_UNDIVIDED}",
            {"l2": "0.01"},
        ),
    },
    "One batch": {
        "step": Word(
            "Step",
            "The next batch of A after the shown epoch, computed with the numbers that training used: forward, loss, "
            "backward, update.",
            {"tab": "step", "frame": "10", "step": "3"},
        ),
        "pick": Word(
            "Looked at",
            "The weight, bias or neuron whose numbers are written out: of the row of the batch that adds most to its "
            "derivative.",
            {"tab": "step", "frame": "10", "pick": "w2:0:1"},
        ),
        "central_difference": Word(
            "Central difference",
            "The batch’s loss with the weight 1e-6 larger, minus the loss with it 1e-6 smaller, divided by 2e-6: the "
            "derivative without calculus.",
            {"tab": "step", "frame": "10", "pick": "w3:0:0"},
        ),
    },
    "Pictures and figures": {
        "b": Word(
            "A and B",
            "The two sides of a comparison. B is A with something changed; by default it is the same in scikit-learn.",
            {"b.activation": "relu", "b.engine": "numpy"},
        ),
        "frame": Word(
            "Frame",
            "One recorded epoch of a training. The first, epoch 0, is before training.",
            {"frame": "20"},
        ),
        "boundary": Word(
            "Decision boundary",
            "The line on whose two sides the network answers with different classes.",
            {"dataset": "moons"},
        ),
        "discretize": Word(
            "Discretise",
            "Shows what the network answers and not how sure it is: the class, or for regression the sign.",
            {"discretize": "true"},
        ),
        "clamp": Word(
            "Colours end at ±1",
            "Maps of features and units, and outputs that are numbers, have their full colour from ±1 on.",
            {"dataset": "reg_plane", "clamp": "true"},
        ),
        "accuracy": Word(
            "Accuracy",
            "The share of rows to which the network gives their class.",
            {"dataset": "spiral", "hidden": "8,8"},
        ),
        "r2": Word(
            "R²",
            "The score of regression: 1 is exact, 0 as good as answering the mean of the rows’ targets, below 0 worse.",
            {"dataset": "reg_gauss", "hidden": "8,8"},
        ),
        "confusion": Word(
            "Confusion matrix",
            "How many rows of each class the network gives to which class.",
            {"dataset": "blobs3"},
        ),
        "link": Word(
            "Link",
            "An address in which every setting is written: whoever opens it sees the same experiment.",
            {"v": "1"},
        ),
        "proof": Word(
            "Proof",
            "A lab’s derivation, line by line with the reason of each; computed lines are compared with the one above.",
            {"activations": "logistic,tanh"},
            "activations",
        ),
        "claim": Word(
            "Check",
            "A sentence of a lab with the number measured for it, and the bound that this number has to keep.",
            {"hidden": "8,3,8"},
            "linear_depth",
        ),
    },
    "Gradients": {
        "delta": Word(
            "Delta",
            "dL/dz of a layer: how much the loss of a row changes with each unit’s sum z.",
            {"gradient": "delta"},
        ),
        "weight_gradient": Word(
            "Weight gradient",
            "dL/dW of a layer, averaged over the training rows: how much the loss changes with each weight.",
            {"gradient": "weights"},
        ),
        "gradient": Word(
            "Gradient size",
            "The root mean square of the numbers in a layer’s weight gradient, or in its delta.",
            {"hidden": "8,8,8", "gradient": "delta"},
        ),
        "weight_factor": Word(
            "Weight factor",
            "What the weights W of the layer above multiply the size of its delta by on the way back: "
            "rms(delta Wᵀ) / rms(delta).",
            {"activation": "tanh"},
            "gradient_flow",
        ),
        "slope_factor": Word(
            "Slope factor",
            "What a layer’s slopes multiply the size of that by: rms(delta Wᵀ · φ′) / rms(delta Wᵀ). At most 1/4 for "
            "logistic units.",
            {"activation": "logistic"},
            "gradient_flow",
        ),
        "saturation": Word(
            "Saturated unit",
            "One whose sum z lies in a flat tail of its activation, where the slope stays below 1 % of the largest. It "
            "can come back, slowly.",
            {"activations": "logistic,tanh", "x": "6"},
            "activations",
        ),
        "dead_unit": Word(
            "Dead unit",
            "A ReLU whose slope is 0 on every training row, so that no gradient of the loss reaches its weights.",
            {"activation": "relu", "hidden": "8,8,8,8", "learning_rate": "1"},
        ),
    },
    "Over seeds": {
        "over_seeds": Word(
            "Over seeds",
            "One experiment trained with many seeds, its own and those that follow it: how often it reaches a "
            "threshold, not whether it did once.",
            {"dataset": "xor", "seeds": "20"},
        ),
        "interval": Word(
            "95 % interval",
            "Wilson’s interval for the share of all starts that reach it, from the few that were tried: about 95 of "
            "100 intervals made in this way hold the true share.",
            {"dataset": "xor", "seeds": "40"},
        ),
        "middle_half": Word(
            "Middle half",
            "From the lower quartile of a group of runs to the upper one. A run that diverged counts as the worst.",
            {"dataset": "xor", "hidden": "4", "seeds": "30"},
        ),
        "sign_test": Word(
            "Sign test",
            "How often chance would split the unequal pairs at least as unevenly, if A and B were better equally "
            "often: p.",
            {"dataset": "xor", "b.hidden": "4", "b.engine": "numpy", "seeds": "20"},
        ),
    },
    "Exercises": {
        "exercise": Word(
            "Exercise",
            "A question, a prediction that is committed before the run, a check computed from runs, and the reason.",
            {"exercise": "E3"},
        ),
        "variant": Word(
            "Variant",
            "The same question with other data and other numbers, drawn from a name or a number: for=… in the link.",
            {"exercise": "P3", "for": "ada"},
            "activations",
        ),
        "hand_in": Word(
            "Hand in",
            "The link with all answers, and with what was changed in the experiments: it is all that is graded.",
            {"for": "ada"},
            "exercises",
        ),
    },
    "Verdicts": {
        "verdict": Word(
            "Verdict",
            "What a run comes to, read off measured values by rules; the first rule that applies speaks.",
            {"epochs": "200"},
        ),
        "fine": Word(
            "Fine",
            "At least 95 % of the training rows are right (R² 0.95), or about as many as nearest neighbours tell.",
            {"noise": "50"},
        ),
        "overfitting": Word(
            "Overfitting",
            "The test loss has risen to 1.5 times its lowest value while the training loss fell, or the training rows "
            "come out better than the test rows by 30 percentage points or more (R² by 0.3).",
            {"noise": "50", "rows": "50", "train_share": "30", "hidden": "32,32", "epochs": "1000"},
        ),
        "diverged": Word(
            "Diverged",
            "A weight or the loss is no longer a finite number, the loss exceeds a million times its first value, or a "
            "weight is beyond 4.5e15, where adding 1 changes nothing.",
            {"activation": "identity", "learning_rate": "10"},
        ),
        "symmetric": Word(
            "Symmetric",
            "The units of a layer are copies of each other, or all its weights are 0: equal units get equal gradients "
            "and stay equal.",
            {"initializer": "zeros"},
        ),
        "unscaled": Word(
            "Unscaled",
            "A feature is far from 1 in size (root mean square above 10 or below 0.1), and half of the first layer is "
            "idle or the loss is that of guessing.",
            {"dataset": "wine", "axes": "0,12", "standardize": "false"},
        ),
        "penalised": Word(
            "Penalised",
            "The loss stands still, and the penalty’s gradient is at least half as large as that of the loss, or the "
            "penalty has drawn the weights to 0.",
            {"l2": "10"},
        ),
        "dead": Word(
            "Dead",
            "All units of a layer are dead, or at least half of them while the loss stands still.",
            {"activation": "relu", "hidden": "8,8,8,8", "learning_rate": "1"},
        ),
        "saturated": Word(
            "Saturated",
            "Nearly every row is in a flat tail of all units of a layer, or of at least half of them while the loss "
            "stands still; or with squared loss the output is, on rows that are wrong.",
            {"learning_rate": "1000"},
        ),
        "vanishing": Word(
            "Vanishing",
            "Less than a thousandth of the output layer’s delta arrives at the first layer in most epochs, and the "
            "loss stands still.",
            {"hidden": "8,8,8,8,8,8", "activation": "logistic"},
        ),
        "exploding": Word(
            "Exploding",
            "More than ten times the output layer’s delta arrives at the first layer in most epochs, and the loss "
            "stands still.",
            {
                "hidden": "8,8,8,8,8,8",
                "activation": "sine",
                "optimizer": "adam",
                "learning_rate": "0.1",
                "epochs": "60",
            },
        ),
        "under-trained": Word(
            "Under-trained",
            "The loss still falls, or it has hardly left that of guessing.",
            {"epochs": "20"},
        ),
        "unsteady": Word(
            "Unsteady",
            "In a quarter of the epochs of the last half the loss lies above 1.5 times its lowest so far.",
            {"hidden": "", "learning_rate": "3"},
        ),
        "no signal": Word(
            "No signal",
            "Neither the network on the test rows nor the nearest neighbours do better than one answer to every row, "
            "or all targets are the same.",
            {"dataset": "ripple", "noise": "80"},
        ),
        "linear": Word(
            "Linear",
            "The loss stands still, and the network can draw straight boundaries alone: no hidden layer, the "
            "identity in all of them, or no features.",
            {"hidden": ""},
        ),
        "at rest": Word(
            "At rest",
            "The loss stands still with rows still wrong, and nothing that is measured holds it up: this start, or the "
            "network. Other starts tell which.",
            {"dataset": "xor"},
        ),
        "stuck": Word(
            "Stuck",
            "At rest, while two or more of eight other starts on the same points did better: a training score higher "
            "by 0.1, or near 1 by half of what is missing.",
            {"dataset": "xor"},
        ),
        "too narrow": Word(
            "Too narrow",
            "At rest, and at most one of eight other starts on the same points did better. What was tried besides says "
            "whether more units help.",
            {"dataset": "xor", "hidden": "1"},
        ),
    },
}
WORDS: dict[str, Word] = {name: word for words in SUBJECTS.values() for name, word in words.items()}


def help(name: str) -> str | None:
    """The sentence of a word, for the help beside it; None for what is no word."""
    word = WORDS.get(name)
    return word.sentence if word else None
