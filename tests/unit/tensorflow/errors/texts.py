"""Texts as TensorFlow 2.9 and Jupyter print them, for what the machine of the tests cannot print itself."""

from __future__ import annotations

TIME = "2026-01-01 10:00:00.000000"

# A GPU with 7.5 GiB of which 6 are in use: 1 GiB is wanted and there, the largest piece has half of it.
GPU_OOM = f"""\
{TIME}: W tensorflow/core/common_runtime/bfc_allocator.cc:479] Allocator (GPU_0_bfc) ran out of memory trying to \
allocate 1.00GiB (rounded to 1073741824)requested by op gradient_tape/model/conv2d/Conv2D/Conv2DBackpropFilter
If the cause is memory fragmentation maybe the environment variable 'TF_GPU_ALLOCATOR=cuda_malloc_async' will improve \
the situation.{" "}
Current allocation summary follows.
Current allocation summary follows.
{TIME}: I tensorflow/core/common_runtime/bfc_allocator.cc:1027] BFCAllocator dump for GPU_0_bfc
{TIME}: I tensorflow/core/common_runtime/bfc_allocator.cc:1034] Bin (256): \tTotal Chunks: 10, Chunks in use: 10.
{TIME}: I tensorflow/core/common_runtime/bfc_allocator.cc:1097] total_region_allocated_bytes_: 8053063680 \
memory_limit_: 8053063680 available bytes: 0 curr_region_allocation_bytes_: 8589934592
{TIME}: I tensorflow/core/common_runtime/bfc_allocator.cc:1103] Stats:{" "}
Limit:                      8053063680
InUse:                      6442450944
MaxInUse:                   7000000000
NumAllocs:                        5555
MaxAllocSize:               2000000000
Reserved:                            0
PeakReserved:                        0
LargestFreeBlock:            536870912

{TIME}: W tensorflow/core/common_runtime/bfc_allocator.cc:491] ****************____****************______
{TIME}: W tensorflow/core/framework/op_kernel.cc:1745] OP_REQUIRES failed at conv_grad_filter_ops.cc:1215 : \
RESOURCE_EXHAUSTED: OOM when allocating tensor with shape[256,1024,32,32] and type float on \
/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc
"""

IPYTHON_8 = """\
---------------------------------------------------------------------------
InvalidArgumentError                      Traceback (most recent call last)
Input In [3], in <cell line: 4>()
      1 import tensorflow as tf
      3 a, b = tf.zeros((2, 3)), tf.zeros((4, 5))
----> 4 product(a, b)

Input In [2], in product(a, b)
      1 def product(a, b):
----> 2     return tf.matmul(a, b)

File /usr/local/lib/python3.8/dist-packages/tensorflow/python/util/traceback_utils.py:153, in \
filter_traceback.<locals>.error_handler(*args, **kwargs)
    151 except Exception as e:
--> 153   raise e.with_traceback(filtered_tb) from None

InvalidArgumentError: Matrix size-incompatible: In[0]: [2,3], In[1]: [4,5] [Op:MatMul]"""

IPYTHON_7 = """\
---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
<ipython-input-7-0a1b2c3d4e5f> in <module>
      1 model = build()
----> 2 model.fit(x, y, epochs=3)

/usr/local/lib/python3.8/dist-packages/keras/utils/traceback_utils.py in error_handler(*args, **kwargs)
     66       filtered_tb = _process_traceback_frames(e.__traceback__)
---> 67       raise e.with_traceback(filtered_tb) from None

ValueError: Data cardinality is ambiguous:
  x sizes: 8
  y sizes: 7
Make sure all arrays contain the same number of samples.
"""

GRAPH_IN_A_CELL = """\
InvalidArgumentError                      Traceback (most recent call last)
Cell In[5], line 3
      1 model.compile("sgd", loss)
----> 3 model.fit(x, y)

InvalidArgumentError: Graph execution error:

Detected at node 'loss/SparseSoftmaxCrossEntropyWithLogits' defined at (most recent call last):
    File "/usr/lib/python3.8/runpy.py", line 194, in _run_module_as_main
      return _run_code(code, main_globals, None,
    File "/tmp/ipykernel_60/1234567.py", line 3, in <module>
      model.fit(x, y)
    File "/usr/local/lib/python3.8/dist-packages/keras/engine/training.py", line 1409, in fit
      tmp_logs = self.train_function(iterator)
Node: 'loss/SparseSoftmaxCrossEntropyWithLogits'
Received a label value of 99 which is outside the valid range of [0, 10).  Label values: 99 99
\t [[{{node loss/SparseSoftmaxCrossEntropyWithLogits}}]] [Op:__inference_train_function_1487]
"""

PLAIN = """\
Epoch 1/5
Traceback (most recent call last):
  File "/home/{user}/project/train.py", line {line}, in main
    layers.append(model.layers[{index}])
IndexError: list index {index} out of range in /home/{user}/project/train.py at 0x7f0{line}
Epoch was not finished
"""
