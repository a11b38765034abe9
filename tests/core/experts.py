"""Runs, each the query of Compare's link, with the verdict that an expert gives, and why."""

TEN = ",".join(["16"] * 10)  # hidden layers
WAVES = f"hidden={TEN}&activation=sine&initializer=uniform&epochs=100"

EXPERTS: dict[str, dict[str, str]] = {
    "fine": {
        "": "the default learns the circle",
        "hidden=&features=x1sq,x2sq": "the circle is a line over squares",
        "hidden=&features=x1sq,x2sq&loss=squared": "so it is with the other loss",
        "dataset=xor&seed=2": "a lucky start",
        "dataset=xor&hidden=8": "eight units need no luck",
        "dataset=xor&hidden=&features=x1x2": "the product is the answer",
        "hidden=8,8,8,8,8,8&activation=relu": "six layers of ReLU are no obstacle",
        "dataset=blobs5": "five classes apart",
        "dataset=gauss&hidden=": "a line parts them",
        "hidden=8&activation=logistic": "one logistic layer does not vanish",
        "hidden=8&activation=gaussian": "bumps fit a disc",
        "hidden=8,8&activation=gelu&optimizer=nesterov&learning_rate=0.01": "another activation, another optimizer",
        "optimizer=rmsprop&learning_rate=0.01&hidden=8": "and another",
        "optimizer=playground&loss=squared&hidden=8": "as the Playground trains",
        "dataset=spiral&hidden=16,16&activation=sine&optimizer=adam&learning_rate=0.01&epochs=300": "waves fit it",
        "hidden=8,8,8,8,8,8&activation=logistic&initializer=he_normal&optimizer=adam&learning_rate=0.01&epochs=300": (
            "deep and logistic, and yet"
        ),
        "l2=0.1": "a penalty that does no harm",
        "noise=50": "as good as the neighbours: the classes overlap",
        "dataset=wine&axes=0,12&standardize=true": "two columns of three classes tell no more",
        "dataset=iris&axes=0,3": "the same of a small table",
        "dataset=diabetes": "an R² of 0.4 is what this table gives",
        "dataset=reg_plane&hidden=": "least squares",
        "dataset=saddle&hidden=8,8&activation=relu": "ReLU bends to a saddle",
        "engine=sklearn&dataset=moons&hidden=8,8&activation=relu&optimizer=adam&learning_rate=0.01&epochs=30": (
            "the other engine"
        ),
    },
    "overfitting": {
        "dataset=spiral&train_share=10&hidden=16,16&optimizer=adam&learning_rate=0.01&epochs=1000": (
            "all of 50 rows right, and a quarter of the others wrong"
        ),
        "noise=50&rows=50&train_share=30&hidden=32,32&epochs=1000": "15 noisy rows learned by heart",
        "dataset=xor&noise=50&rows=50&train_share=10&hidden=64,64&epochs=300": "five rows learned by heart",
        "dataset=moons&noise=60&train_share=10&hidden=32,32&activation=relu&optimizer=adam&learning_rate=0.01"
        "&epochs=600": "the test loss rose eightfold",
        "dataset=gauss&noise=80&train_share=10&hidden=32,32&optimizer=adam&learning_rate=0.01&epochs=1000": (
            "a line would do better on others"
        ),
        "dataset=checkerboard&noise=30&train_share=10&hidden=32,32&activation=relu&optimizer=adam&learning_rate=0.01"
        "&epochs=400": "96 % of these, 65 % of others",
        "dataset=diabetes&hidden=32,32&train_share=20&optimizer=adam&epochs=300": "R² of others is negative",
        "dataset=reg_gauss&noise=40&train_share=10&hidden=32,32&activation=relu&optimizer=adam&learning_rate=0.01"
        "&epochs=600": "it follows the noise of 50 rows",
    },
    "diverged": {
        "activation=identity&learning_rate=10": "the rate",
        "hidden=8,8,8,8,8,8,8,8,8,8&activation=identity&initializer=he_normal": "ten linear layers with large weights",
        "dataset=reg_plane&learning_rate=10": "the rate, for numbers",
        "dataset=reg_gauss&hidden=8,8&activation=relu&learning_rate=3": "likewise with ReLU",
        "dataset=diabetes&hidden=&learning_rate=3&engine=sklearn": "least squares diverge too",
        "hidden=&learning_rate=0.3&l2=100": "the penalty doubles every weight at each step",
        "dataset=circle&rows=50&train_share=1&seed=0&hidden=1,1&activation=identity&learning_rate=1&batch_size=10"
        "&epochs=9&l2=100": "two rows: the penalty multiplies by -49",
        "optimizer=playground&loss=squared&l2=10&learning_rate=3": "the penalty, as in TensorFlow Playground",
        "optimizer=playground&loss=squared&l2=3&learning_rate=1&epochs=30": "weights of 1e223, though training goes on",
        "optimizer=adamw&l2=30&learning_rate=0.1": "decay beyond 2",
        "optimizer=momentum&l2=100&learning_rate=0.5": "the penalty beyond momentum's bound",
        "optimizer=nesterov&l2=100&learning_rate=0.2": "beyond Nesterov's, which is lower",
    },
    "no signal": {
        "noise=80": "the larger class is the best answer",
        "dataset=ripple&noise=80": "noise hides the waves",
        "dataset=diabetes&axes=0,1": "age and sex do not tell the disease",
        "dataset=reg_gauss&noise=80&hidden=8,8": "noise hides the hills",
        "dataset=breast_cancer&axes=14,19&standardize=false": "the neighbours guess as well",
        "dataset=ripple&noise=80&hidden=16,16&engine=sklearn&epochs=40": "whatever the engine",
    },
    "symmetric": {
        "initializer=zeros": "nothing moves weights of 0",
        "initializer=zeros&activation=relu": "neither dead nor vanishing: weights of 0",
        "initializer=zeros&activation=logistic": "four copies of one unit",
        "initializer=zeros&activation=identity&dataset=gauss": "a line would do, but nothing moves",
        "initializer=zeros&dataset=xor&hidden=8,8&optimizer=adam": "Adam divides 0 by 0",
        "initializer=zeros&dataset=reg_plane": "for numbers too",
        "initializer=zeros&optimizer=playground&loss=squared&hidden=4,2&activation=relu": "initZero of the Playground",
        "initializer=zeros&l2=0.1": "not the penalty's doing",
        "hidden=1&initializer=zeros": "a single unit of 0",
    },
    "unscaled": {
        "dataset=wine&axes=0,12&standardize=false": "proline is some hundreds: all units saturate",
        "dataset=wine&axes=0,12&standardize=false&activation=relu": "and ReLUs die of it",
        "dataset=wine&axes=0,12&standardize=false&hidden=8&activation=logistic&optimizer=adam&learning_rate=0.01": (
            "no optimizer helps"
        ),
        "dataset=wine&axes=4,12&standardize=false&activation=logistic&hidden=4&engine=sklearn&epochs=30": "no engine",
        "dataset=breast_cancer&axes=0,3&standardize=false": "the area is some hundreds",
        "dataset=breast_cancer&axes=3,23&standardize=false&activation=relu&hidden=8,8": "both are",
        "dataset=diabetes&axes=2,8&standardize=false&learning_rate=0.001&hidden=4": "the body mass index is 27",
    },
    "penalised": {
        "l2=1": "the weights are drawn to 0",
        "l2=10": "more so",
        "l1=1": "by L1 too",
        "l2=3&activation=relu&hidden=8,8": "ReLU or not",
        "dataset=reg_plane&l2=10": "the plane becomes flat",
        "dataset=reg_gauss&hidden=8,8&l2=1": "and the hills",
        "dataset=spiral3&l2=2&hidden=8": "and three arms",
        "dataset=xor&hidden=8&l2=2": "87 %, where without it all are right",
        "dataset=spiral&hidden=8,8&l2=0.3&epochs=1000": "without it the spiral is learned",
        "optimizer=adamw&l2=3&learning_rate=0.01&dataset=moons": "no weight beyond 1/3",
        "optimizer=playground&loss=squared&l1=0.1&learning_rate=0.1": "the Playground's L1 has cut every weight",
    },
    "unsteady": {
        "hidden=8,8&learning_rate=3&seed=4": "right at times: the rate is too high",
        "dataset=diabetes&standardize=false&hidden=8,8&optimizer=sgd&epochs=100&loss=squared_linear"
        "&learning_rate=0.7": ("worse than the mean, and thrown about"),
        "learning_rate=10": "the rate",
        "hidden=&learning_rate=3": "the rate, without a hidden layer",
        "hidden=8,8&activation=relu&optimizer=adam&learning_rate=10": "units are dead; the bias is thrown about",
        "optimizer=momentum&learning_rate=1&hidden=8,8": "momentum makes ten of one",
        "dataset=blobs5&learning_rate=20": "for five classes",
        "dataset=spiral&hidden=16,16&learning_rate=3&seed=2": "the rate",
        "dataset=xor&hidden=8&activation=logistic&learning_rate=300": "the loss leaps between 8 and 20",
    },
    "dead": {
        "hidden=8,8&activation=relu&optimizer=adam&learning_rate=10&seed=2": "one leap, and a layer is dead",
        "hidden=8,8,8,8&activation=relu&learning_rate=1": "nearly all of layer 3",
        "dataset=reg_gauss&hidden=8,8&activation=relu&learning_rate=1": "for numbers",
        "dataset=spiral&hidden=8,8,8&activation=relu&optimizer=momentum&learning_rate=0.5": "with momentum",
        "dataset=moons&hidden=16,16&activation=relu&learning_rate=3": "14 of 16 units",
        "hidden=2,2,2,2&activation=relu&seed=3": "an unlucky start of a narrow net",
    },
    "saturated": {
        "learning_rate=1000": "pushed so far that nothing moves",
        "hidden=&features=x1sq,x2sq&loss=squared&seed=3": "sure and wrong, which squared loss does not see",
        "hidden=&features=x1sq,x2sq&loss=squared&seed=8": "the same from another start",
        "hidden=&features=x1sq,x2sq&loss=squared&seed=20": "and another",
    },
    "vanishing": {
        "hidden=8,8,8,8,8,8&activation=logistic": "the textbook's",
        "hidden=8,8,8,8,8,8&activation=logistic&engine=sklearn&epochs=20": "or the engine",
        "hidden=8,8,8,8,8,8&activation=logistic&l2=0.01": "the small penalty is not to blame",
        "dataset=reg_gauss&hidden=8,8,8,8,8,8&activation=logistic": "for numbers",
        "dataset=blobs3&hidden=8,8,8,8,8,8&activation=logistic": "for three classes",
        "hidden=16,16,16,16,16&activation=logistic&dataset=xor&optimizer=momentum&learning_rate=0.01": "wider",
        "dataset=gauss&hidden=8,8,8,8,8,8,8,8,8,8&activation=logistic&optimizer=playground&loss=squared&epochs=60": (
            "where a line would do"
        ),
    },
    "exploding": {
        f"dataset=xor&{WAVES}&optimizer=adam&learning_rate=0.03": "ten layers of sines, and large weights",
        f"dataset=xor&{WAVES}&optimizer=rmsprop&learning_rate=0.03": "with another optimizer",
        f"dataset=spiral&{WAVES}&optimizer=adamw&learning_rate=0.1": "on other data",
        f"dataset=circle&{WAVES}&optimizer=adam&learning_rate=0.1": "where a ring is asked for",
        "hidden=8,8,8,8,8,8&activation=sine&optimizer=adam&learning_rate=0.1&epochs=60": (
            "weights that grew make six layers of waves chaotic"
        ),
        "dataset=blobs5&hidden=4,4,4,4,4,4,4,4&activation=sine&optimizer=rmsprop&learning_rate=0.1&epochs=60": (
            "so do eight, even where a line would do"
        ),
        "dataset=blobs5&hidden=8,8,8,8,8,8&activation=sine&optimizer=rmsprop&learning_rate=0.1&initializer=uniform"
        "&epochs=100": "from other weights too",
    },
    "under-trained": {
        "epochs=20": "too few epochs",
        "epochs=1": "one",
        "learning_rate=1e-6": "hardly a step",
        "dataset=spiral&hidden=8,8&epochs=1000": "still falling",
        "dataset=digits&epochs=15": "34 % and falling",
        "hidden=8,8&activation=logistic": "a plateau",
        "hidden=8,8&activation=logistic&l2=0.01": "a plateau, and not of the penalty",
        "dataset=ripple&hidden=8,8": "numbers, and falling",
        "dataset=reg_gauss&hidden=8,8": "likewise",
        "dataset=reg_plane&epochs=5": "five epochs",
        "dataset=saddle&learning_rate=1e-4": "too low a rate",
        "dataset=xor&hidden=4&optimizer=adagrad&learning_rate=0.001": "steps that get smaller",
        "dataset=moons&optimizer=adam&learning_rate=1e-5&epochs=100": "Adam too slow",
        "optimizer=playground&batch_size=300&epochs=5&loss=squared": "no step is taken",
        "engine=sklearn&epochs=15": "the other engine",
    },
    "linear": {
        "hidden=": "the circle is no line",
        "hidden=&noise=10": "noise or not",
        "activation=identity": "layers of the identity are one",
        "activation=identity&learning_rate=1&hidden=1,1,1": "delta is gone because the weights are: no line is best",
        "activation=identity&l2=0.01": "without the penalty it would be the same",
        "hidden=&l2=1": "likewise",
        "dataset=xor&hidden=": "no line parts XOR",
        "dataset=xor&activation=identity&engine=sklearn&epochs=60": "in either engine",
        "optimizer=playground&loss=squared&hidden=&dataset=xor": "sure of one corner, and a line all the same",
        "dataset=spiral&hidden=16,16&activation=identity": "wide ones",
        "dataset=checkerboard&hidden=&optimizer=adam&learning_rate=0.01": "with Adam",
        "dataset=moons&hidden=": "90 %, as a line can",
        "dataset=saddle&hidden=": "a plane is no saddle",
        "dataset=saddle&activation=identity&hidden=8": "nor through a layer",
        "dataset=reg_gauss&hidden=": "nor hills",
        "features=&hidden=": "no feature",
        "features=&hidden=4,2": "no feature, so the layers do not matter",
    },
    "at rest": {
        "dataset=xor": "an unlucky start",
        "dataset=xor&engine=sklearn": "for the other engine too",
        "dataset=xor&hidden=1": "one unit",
        "dataset=xor&hidden=1&l2=0.001&batch_size=250&optimizer=adam&epochs=2000": "not the penalty",
        "hidden=1": "one unit can not enclose",
        "hidden=1&activation=relu": "nor as ReLU",
        "hidden=2&activation=relu": "nor can two",
        "hidden=2&epochs=600": "of either kind",
        "dataset=checkerboard&hidden=2&epochs=500&optimizer=adam&learning_rate=0.01": "two for sixteen squares",
        "dataset=checkerboard&rows=50&hidden=1": "one, and few rows",
        "dataset=blobs5&hidden=1": "one for five classes",
        "dataset=spiral&hidden=2&epochs=600": "two for a spiral",
        "dataset=spiral3&hidden=2&optimizer=adam&learning_rate=0.01&epochs=400": "two for three arms",
        "dataset=saddle&hidden=1": "one for a saddle",
    },
}
