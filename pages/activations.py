"""Activations: their values and slopes, what their outputs do, and saturation."""

import dataclasses

import streamlit as st

from core.claims import activation_outputs
from core.claims.activation_outputs import THREE
from core.claims.activations import Settings
from core.experiment import changed
from core.link import Pair
from core.sides import on_engine
from pages.parts.frame import page
from pages.parts.labs import activations as activation
from pages.parts.labs import lab

SCREEN = "activations"
COMPARED = changed(activation_outputs.SIGNS, activation="logistic", epochs=100)
LOST = lab.Heard(
    "A saturated neuron is lost for good.",
    "Its slope is small, not 0, so it comes back, slowly: Glorot and Bengio (2010) saw units do so by themselves. "
    "A ReLU that is inactive on every row has slope 0, and so has a tanh that float64 rounds to ±1.",
    "driven to z = −5",
)
ONE_SIGN = lab.Heard(
    "Inputs that are all positive force all weights of a neuron in one direction.",
    "For a single row. A batch adds rows of both signs of δ, each with its own input.",
    "after 20 epochs",
)
PROBABILITY = lab.Heard(
    "An output between 0 and 1 is a probability.",
    "s(3z) is between 0 and 1 as well and gives the same answers, but is far too sure of them.",
    "s(3z)",
)
TWO_CLASSES = lab.Heard(
    "tanh is for problems with two classes.",
    "The range of hidden units has nothing to do with the number of classes: tanh suits hidden layers, as it is "
    "zero-centred.",
    "tanh on three classes, in Compare",
)


def main() -> None:
    page.frame("Activations", sidebar=False)
    lab.question(
        "What does an activation do, and which one suits?",
        "It bends what would be a linear map. Training sees its **slope**: each layer multiplies the gradient by it, "
        "so where the curve is flat, little passes. tanh suits hidden layers better than the logistic, which suits the "
        "output: trained with log loss, it estimates a probability.",
    )
    linked = lab.open_settings(SCREEN, Settings)
    settings = activation.curves(linked)
    st.subheader("All activations")
    activation.table()
    activation.derivations()
    st.subheader("Which one, and where")
    left, right = st.columns(2, gap="large")
    with left:
        settings = activation.signs(settings)
    with right:
        settings = activation.calibration(settings)
    st.subheader("Saturation")
    left, right = st.columns(2, gap="large")
    with left:
        activation.tails(settings)
    with right:
        settings = activation.recovery(settings)
    lab.write_settings(linked, settings)
    tanh = changed(COMPARED, activation="tanh")
    lab.in_compare(Pair(COMPARED, tanh), "two hidden layers of 8 on the circle, logistic against tanh")
    places = [
        lab.heard(LOST, dataclasses.replace(settings, depth=5), settings),
        lab.heard(ONE_SIGN, dataclasses.replace(settings, epochs=20), settings),
        lab.heard(PROBABILITY, dataclasses.replace(settings, noise=50.0, scale=3.0), settings),
        lab.heard(TWO_CLASSES, Pair(THREE, on_engine(THREE, "sklearn")), settings),
    ]
    lab.copy_link(settings)
    lab.measured_checks(SCREEN, activation_outputs.counter_examples, places)


main()
