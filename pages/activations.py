"""Activations: their values and slopes, what their outputs do, and saturation."""

import dataclasses

import streamlit as st

from core.claims import activation_outputs
from core.claims.activation_outputs import THREE
from core.claims.activations import DEEPEST, MOST_EPOCHS, Settings
from core.experiment import changed
from core.link import Pair
from core.sides import on_engine
from pages.parts.exercises import entry
from pages.parts.frame import page, question
from pages.parts.labs import activations as activation
from pages.parts.labs import lab

SCREEN = "activations"
COMPARED = changed(activation_outputs.SIGNS, activation="logistic", epochs=MOST_EPOCHS)
LOST = lab.Heard(
    "A saturated neuron is lost for good.",
    "It can recover: its slope is small, not 0. With squared loss that is slow (Glorot and Bengio 2010), with log loss "
    "the slope cancels. A ReLU that is inactive on every row has slope 0: it gets no gradient.",
    f"z = −{DEEPEST}",
)
TWO_CLASSES = lab.Heard(
    "tanh is for problems with two classes.",
    "The range of hidden units has nothing to do with the number of classes: tanh suits hidden layers, as it is "
    "zero-centred.",
    "tanh on three classes, in Compare",
)


def main() -> None:
    page.frame("Activations")
    if not entry.arrive(SCREEN):
        return
    said = lab.question(
        "What does an activation do, and which one suits?",
        "It bends what would be a linear map. Training sees its **slope**: each layer multiplies the gradient by it, "
        "so where the curve is flat, little passes. tanh suits hidden layers better than the logistic (sigmoid), "
        "which suits the output: trained with log loss, it estimates a probability.",
    )
    linked = lab.open_settings(Settings, entry.offer)
    with st.sidebar:
        settings = activation.controls(linked)
    lab.section("What is its value, and what its slope?")
    settings = activation.curves(settings)
    lab.write_settings(linked, settings)
    two_classes = lab.heard(TWO_CLASSES, Pair(THREE, on_engine(THREE, "sklearn")), settings)
    question.answered("P6")
    lab.section("Which one, and where?")
    left, right = st.columns(2, gap="medium")
    with left:
        one_direction = activation.signs(settings, said)
    with right:
        as_probability = activation.calibration(settings)
    lab.section("What happens where it is flat?")
    left, right = st.columns(2, gap="medium")
    with left:
        activation.tails(settings)
    with right:
        activation.recovery(settings)
    lost = lab.heard(LOST, dataclasses.replace(settings, depth=DEEPEST), settings)
    tanh = changed(COMPARED, activation="tanh")
    lab.in_compare(Pair(COMPARED, tanh), "two hidden layers of 8 on the circle, logistic against tanh")
    activation.table()
    activation.derivations()
    places = [lost, one_direction, one_direction, as_probability, two_classes]
    lab.measured_checks(SCREEN, activation_outputs.counter_examples, places)


main()
