"""The signatures of Keras 2.9's layers: parameter order, aliases, and the keywords that every layer takes.

The end-to-end tests compare this table with `inspect.signature` of the real classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tflsp.tensorflow.layers.model import Layer


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WEIGHTS: Final = (
    "kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
    "kernel_constraint bias_constraint"
)
_DEPTHWISE: Final = _WEIGHTS.replace("kernel_", "depthwise_")
_SEPARABLE: Final = (
    "depthwise_initializer pointwise_initializer bias_initializer depthwise_regularizer pointwise_regularizer "
    "bias_regularizer activity_regularizer depthwise_constraint pointwise_constraint bias_constraint"
)
_CONV: Final = f"filters kernel_size strides padding data_format dilation_rate groups activation use_bias {_WEIGHTS}"
_TRANSPOSE: Final = (
    f"filters kernel_size strides padding output_padding data_format dilation_rate activation use_bias {_WEIGHTS}"
)
_DEPTHWISE_CONV: Final = (
    f"kernel_size strides padding depth_multiplier data_format dilation_rate activation use_bias {_DEPTHWISE}"
)
_SEPARABLE_CONV: Final = (
    f"filters kernel_size strides padding data_format dilation_rate depth_multiplier activation use_bias {_SEPARABLE}"
)
_POOLING: Final = "pool_size strides padding data_format"
_GLOBAL: Final = "data_format keepdims"
_INITIALIZERS: Final = "kernel_initializer recurrent_initializer bias_initializer"
_RECURRENT: Final = (
    "kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint "
    "recurrent_constraint bias_constraint dropout recurrent_dropout return_sequences return_state go_backwards "
    "stateful"
)
_NORM: Final = "beta_regularizer gamma_regularizer beta_constraint gamma_constraint"
_AUGMENT: Final = "fill_mode interpolation seed fill_value"

SIGNATURES: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(names.split())
    for kind, names in {
        "Activation": "activation",
        "ActivityRegularization": "l1 l2",
        "AlphaDropout": "rate noise_shape seed",
        "AveragePooling1D": _POOLING,
        "AveragePooling2D": _POOLING,
        "AveragePooling3D": _POOLING,
        "BatchNormalization": (
            "axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer "
            f"moving_variance_initializer {_NORM}"
        ),
        "Bidirectional": "layer merge_mode weights backward_layer",
        "CenterCrop": "height width",
        "Conv1D": _CONV,
        "Conv1DTranspose": _TRANSPOSE,
        "Conv2D": _CONV,
        "Conv2DTranspose": _TRANSPOSE,
        "Conv3D": _CONV,
        "Conv3DTranspose": _TRANSPOSE,
        "Cropping1D": "cropping",
        "Cropping2D": "cropping data_format",
        "Cropping3D": "cropping data_format",
        "Dense": f"units activation use_bias {_WEIGHTS}",
        "DepthwiseConv1D": _DEPTHWISE_CONV,
        "DepthwiseConv2D": _DEPTHWISE_CONV,
        "Dropout": "rate noise_shape seed",
        "ELU": "alpha",
        "Embedding": (
            "input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer "
            "embeddings_constraint mask_zero input_length"
        ),
        "Flatten": "data_format",
        "GRU": (
            f"units activation recurrent_activation use_bias {_INITIALIZERS} {_RECURRENT} unroll time_major reset_after"
        ),
        "GaussianDropout": "rate seed",
        "GaussianNoise": "stddev seed",
        "GlobalAveragePooling1D": "data_format",
        "GlobalAveragePooling2D": _GLOBAL,
        "GlobalAveragePooling3D": _GLOBAL,
        "GlobalMaxPooling1D": _GLOBAL,
        "GlobalMaxPooling2D": _GLOBAL,
        "GlobalMaxPooling3D": _GLOBAL,
        "Input": "shape batch_size name dtype sparse tensor ragged type_spec",
        "InputLayer": "input_shape batch_size dtype input_tensor sparse name ragged type_spec",
        "LSTM": (
            f"units activation recurrent_activation use_bias {_INITIALIZERS} unit_forget_bias {_RECURRENT} "
            "time_major unroll"
        ),
        "LayerNormalization": f"axis epsilon center scale beta_initializer gamma_initializer {_NORM}",
        "LeakyReLU": "alpha",
        "Masking": "mask_value",
        "MaxPooling1D": _POOLING,
        "MaxPooling2D": _POOLING,
        "MaxPooling3D": _POOLING,
        "Normalization": "axis mean variance",
        "PReLU": "alpha_initializer alpha_regularizer alpha_constraint shared_axes",
        "Permute": "dims",
        "RandomContrast": "factor seed",
        "RandomCrop": "height width seed",
        "RandomFlip": "mode seed",
        "RandomRotation": f"factor {_AUGMENT}",
        "RandomTranslation": f"height_factor width_factor {_AUGMENT}",
        "RandomZoom": f"height_factor width_factor {_AUGMENT}",
        "ReLU": "max_value negative_slope threshold",
        "RepeatVector": "n",
        "Rescaling": "scale offset",
        "Reshape": "target_shape",
        "Resizing": "height width interpolation crop_to_aspect_ratio",
        "SeparableConv1D": _SEPARABLE_CONV,
        "SeparableConv2D": _SEPARABLE_CONV,
        "SimpleRNN": f"units activation use_bias {_INITIALIZERS} {_RECURRENT} unroll",
        "Softmax": "axis",
        "SpatialDropout1D": "rate",
        "SpatialDropout2D": "rate data_format",
        "SpatialDropout3D": "rate data_format",
        "ThresholdedReLU": "theta",
        "TimeDistributed": "layer",
        "UnitNormalization": "axis",
        "UpSampling1D": "size",
        "UpSampling2D": "size data_format interpolation",
        "UpSampling3D": "size data_format",
        "ZeroPadding1D": "padding",
        "ZeroPadding2D": "padding data_format",
        "ZeroPadding3D": "padding data_format",
    }.items()
}
"""Positional parameters of each kind, in order."""

COMMON: Final = _names(
    "name dtype trainable dynamic input_dim input_shape batch_input_shape batch_size weights "
    "activity_regularizer autocast"
)
"""Keywords of `tf.keras.layers.Layer`, which every layer takes."""

EXTRA: Final[Mapping[str, frozenset[str]]] = {
    "BatchNormalization": _names("renorm renorm_clipping renorm_momentum fused virtual_batch_size adjustment"),
    "GRU": _names("implementation input_length zero_output_for_mask"),
    "GlobalAveragePooling1D": _names("keepdims"),
    "Input": _names("batch_shape"),
    "LSTM": _names("implementation input_length zero_output_for_mask"),
    "SimpleRNN": _names("implementation input_length zero_output_for_mask time_major"),
}
"""Further keywords, taken through **kwargs."""

ALIASES: Final[Mapping[str, str]] = {
    **{f"AvgPool{rank}D": f"AveragePooling{rank}D" for rank in (1, 2, 3)},
    **{f"MaxPool{rank}D": f"MaxPooling{rank}D" for rank in (1, 2, 3)},
    **{f"GlobalAvgPool{rank}D": f"GlobalAveragePooling{rank}D" for rank in (1, 2, 3)},
    **{f"GlobalMaxPool{rank}D": f"GlobalMaxPooling{rank}D" for rank in (1, 2, 3)},
    **{f"Convolution{rank}D": f"Conv{rank}D" for rank in (1, 2, 3)},
    **{f"Convolution{rank}DTranspose": f"Conv{rank}DTranspose" for rank in (1, 2, 3)},
    **{f"SeparableConvolution{rank}D": f"SeparableConv{rank}D" for rank in (1, 2)},
}
"""Second names of classes in `tf.keras.layers`."""


def canonical(name: str) -> str | None:
    """The kind that a class name of `tf.keras.layers` stands for; None for one whose outcome is not known."""
    kind = ALIASES.get(name, name)
    return kind if kind in SIGNATURES else None


def bind(kind: str, positional: Sequence[object] = (), keywords: Mapping[str, object] | None = None) -> Layer | None:
    """A literal layer from a call's arguments, as Python would bind them for Keras 2.9.

    `kind` may be an alias. Values that are no literals are given as UNKNOWN, layers inside wrappers as Layer. None
    for a kind that is not known and for arguments that the class does not take; a call with `*` or `**` cannot be
    bound.
    """
    name = canonical(kind)
    if name is None:
        return None
    order = SIGNATURES[name]
    given = dict(keywords or {})
    if len(positional) > len(order) or not given.keys() <= {*order, *COMMON, *EXTRA.get(name, ())}:
        return None
    first = dict(zip(order, positional, strict=False))
    if first.keys() & given.keys():
        return None
    return Layer(name, first | given)
